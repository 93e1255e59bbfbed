"""One family, used by the demonstration, the screenshots and the browser tests alike."""
