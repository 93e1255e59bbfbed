/** The two ways in for family and friends: a personal link, or the room code. */
import { joinByCode } from "./join/by_code.js";
import { joinByLink } from "./join/by_link.js";

const place = document.getElementById("join");
const form = document.getElementById("join-by-code");

if (place) joinByLink(place);
if (form instanceof HTMLFormElement) joinByCode(form);
