/** "Read it to me": the browser's own voice, where it has one. A second tap stops it. */

/**
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} without what is shown where there is no voice
 * @param {() => string} words
 */
export function readAloud(button, without, words) {
  const voice = window.speechSynthesis;
  if (!voice) return;
  const offer = () => {
    const speaks = voice.getVoices().length > 0;
    button.hidden = !speaks;
    without.hidden = speaks;
  };
  offer();
  voice.addEventListener?.("voiceschanged", offer);
  addEventListener("pagehide", () => voice.cancel());
  button.addEventListener("click", () => (voice.speaking ? voice.cancel() : speak(voice, button, words())));
}

/** Line by line: some browsers fall silent in a text of more than a few sentences. */
/** @param {SpeechSynthesis} voice @param {HTMLButtonElement} button @param {string} words */
function speak(voice, button, words) {
  const lines = words.split("\n").map((line) => new SpeechSynthesisUtterance(line));
  const stopped = () => {
    button.textContent = "Read it to me";
  };
  lines[lines.length - 1].addEventListener("end", stopped);
  for (const line of lines) {
    line.lang = document.documentElement.lang;
    line.rate = 0.9;
    line.addEventListener("error", stopped);
    voice.speak(line);
  }
  button.textContent = "Stop reading";
}
