/** The page of a facility: it stays current, and leaves nothing behind on a phone that others use too. */
import { follow } from "./pages/follow.js";

const AWAY = "/referrals/done";
const LEFT = "left";

follow(() => location.replace(location.pathname));

/** Takes the place of this page in the history; a browser that keeps nothing refuses the second line. */
document.querySelector("[data-leave]")?.addEventListener("click", (event) => {
  event.preventDefault();
  location.replace(AWAY);
  sessionStorage.setItem(LEFT, "1");
});

/** Whoever goes back in the history after that is led away again; whoever opens the link anew is not. */
const [how] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
if (how.type === "navigate") sessionStorage.removeItem(LEFT);
if (sessionStorage.getItem(LEFT)) location.replace(AWAY);
