/**
 * What every page has: the chosen theme before first paint, the hide cover, the emergency card, local times.
 * Loaded in <head> without `defer`; the theme cannot wait, the rest waits for the document.
 */
import { wireCover } from "./shell/cover.js";
import { wireEmergency } from "./shell/emergency.js";
import { applyStoredTheme, wireThemes } from "./shell/themes.js";
import { showTimes } from "./shell/times.js";

applyStoredTheme();

document.addEventListener("DOMContentLoaded", () => {
  wireThemes();
  wireCover();
  wireEmergency();
  showTimes(document);
});
