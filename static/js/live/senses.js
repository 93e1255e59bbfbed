/** What reaches a person beside the picture: a soft sound, a vibration, and a screen that stays on. */

/** @type {AudioContext | null} */
let audio = null;

/** Browsers allow sound only after a touch; call this from one. */
export function unlockSound() {
  if (!audio && window.AudioContext) audio = new AudioContext();
  if (audio && audio.state === "suspended") audio.resume();
}

/** Two soft tones. @returns {boolean} whether anything could be heard */
export function chime() {
  if (audio?.state !== "running") return false;
  tone(audio, 523, 0);
  tone(audio, 659, 0.18);
  return true;
}

/** @param {AudioContext} context @param {number} pitch_hz @param {number} after_s */
function tone(context, pitch_hz, after_s) {
  const [source, volume] = [context.createOscillator(), context.createGain()];
  const from = context.currentTime + after_s;
  source.frequency.value = pitch_hz;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(0.2, from + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.001, from + 0.5);
  source.connect(volume).connect(context.destination);
  source.start(from);
  source.stop(from + 0.5);
}

/** iPhones cannot do this. */
export function canVibrate() {
  return "vibrate" in navigator;
}

export function vibrate() {
  if (canVibrate()) navigator.vibrate([180, 90, 180]);
}

/** The screen is covered by the neutral page: nothing may give it away. */
export function isCovered() {
  return document.querySelector(".cover[open]") !== null;
}

let wanted = false;

/** Keeps the screen on, also after the phone was put away and taken out again. @returns {Promise<boolean>} */
export async function stayAwake() {
  if (!wanted) document.addEventListener("visibilitychange", () => document.hidden || hold());
  wanted = true;
  return hold();
}

/** @returns {Promise<boolean>} */
async function hold() {
  const { wakeLock } = navigator;
  if (!wakeLock) return false;
  return wakeLock.request("screen").then(
    () => true,
    () => false, // a nearly empty battery forbids it; the waiting room says how to keep the screen on by hand
  );
}
