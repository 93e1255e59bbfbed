/** Reads a template as a test wants it: the words that a person sees, and the buttons that can be pressed. */

/**
 * Everything in a template, markup included, as one string.
 * @param {(work: Function) => string} place what stands where a listener does
 */
export function markup(part, place = () => "") {
  if (Array.isArray(part)) return part.map((each) => markup(each, place)).join("");
  if (part?.strings) {
    return part.strings.reduce((text, piece, index) => text + markup(part.values[index - 1], place) + piece);
  }
  if (typeof part === "function") return place(part);
  return part === undefined || part === null || typeof part === "symbol" ? "" : String(part);
}

/** The words alone. */
export function words(part) {
  return markup(part)
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

/** Presses the one button that bears these words, as a pointer would. */
export function press(part, label) {
  const works = [];
  const text = markup(part, (work) => `#${works.push(work) - 1}`);
  const found = text.match(/<button\b.*?<\/button>/gs).filter((button) => words(button).includes(label));
  if (found.length !== 1) throw new Error(`${found.length} buttons say "${label}"`);
  const click = found[0].match(/@click=#(\d+)/);
  if (!click) throw new Error(`"${label}" does nothing`);
  return works[click[1]]({ detail: 1, preventDefault() {} });
}
