/** Elements with text as text: nothing here can turn a name into markup. */

/**
 * @param {string} tag with classes: "p.lead"
 * @param {Record<string, string | EventListener>} [how] attributes, and `onclick` as a listener
 * @param {...(Node | string)} inside
 */
export function el(tag, how = {}, ...inside) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(how)) {
    if (typeof value === "string") made.setAttribute(key, value);
    else made.addEventListener(key.slice(2), value);
  }
  made.append(...inside);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
const SEATS = [
  [60, 18],
  [92.8, 33.8],
  [100.9, 69.3],
  [41.8, 97.8],
  [19.1, 69.3],
  [27.2, 33.8],
];

/** Seats in a circle, one of them yours. */
export function circle() {
  const picture = shape("svg", { class: "circle", viewBox: "0 0 120 120", "aria-hidden": "true" });
  picture.append(shape("circle", { class: "circle__table", cx: "60", cy: "60", r: "42" }));
  for (const [x, y] of SEATS) picture.append(seat("circle__seat", x, y));
  picture.append(seat("circle__seat circle__seat--yours", 78.2, 97.8));
  return picture;
}

/**
 * @param {string} classes
 * @param {number} x
 * @param {number} y
 */
function seat(classes, x, y) {
  return shape("circle", { class: classes, cx: String(x), cy: String(y), r: "11" });
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 */
function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
