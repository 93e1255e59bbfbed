/** Light, dark, dim or like the device; the choice stays on this device. */

const KEY = "theme";
const CHOICES = ["auto", "light", "dark", "dim"];

export function applyStoredTheme() {
  apply(stored());
  matchMedia("(prefers-color-scheme: dark)").addEventListener?.("change", tintBrowser);
}

export function wireThemes() {
  const menu = document.querySelector("[data-menu]");
  if (!(menu instanceof HTMLDetailsElement)) return;
  menu.hidden = false;
  for (const radio of themeRadios()) {
    radio.checked = radio.value === stored();
    radio.addEventListener("change", () => choose(radio.value));
  }
  closeWhenLeft(menu);
}

function themeRadios() {
  return /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-themes] input"));
}

/** @param {string} theme */
function choose(theme) {
  apply(theme);
  keep(theme);
}

/** @param {string} theme */
function apply(theme) {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  tintBrowser();
}

/** The browser's own bar takes the colour of the page: a bright bar would light up a dim room. */
function tintBrowser() {
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--ground").trim();
  const bars = /** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll("meta[name=theme-color]"));
  for (const bar of bars) bar.content = ground;
}

/** @param {HTMLDetailsElement} menu */
function closeWhenLeft(menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

// A browser that refuses storage throws here. The page then simply follows the device, and a choice lasts until it is left.
function stored() {
  try {
    const theme = localStorage.getItem(KEY) ?? "auto";
    return CHOICES.includes(theme) ? theme : "auto";
  } catch {
    return "auto";
  }
}

/** @param {string} theme */
function keep(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    console.info("This browser keeps no settings: the display choice lasts for this page only.");
  }
}
