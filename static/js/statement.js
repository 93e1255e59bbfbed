/** My statement (screen 6): guided parts, hints while typing, and every pause in the typing kept. */

import { render } from "lit-html";
import { Keeper } from "./statement/keeper.js";
import { sheet } from "./statement/sheet.js";

const root = /** @type {HTMLElement} */ (document.getElementById("statement"));
const { draft, person, name } = JSON.parse(
  /** @type {HTMLElement} */ (document.getElementById("draft")).textContent || "",
);

const keeper = new Keeper(draft, person, draw);
root.replaceChildren();
draw();
keeper.readAll();
addEventListener("online", () => keeper.save());

function draw() {
  render(sheet(keeper, name), root);
}
