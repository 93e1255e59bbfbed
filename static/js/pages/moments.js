/** Day and time fields come in UTC. Here they are shown in the reader's zone, and a hidden twin is sent in UTC. */

/** @param {ParentNode} root */
export function localMoments(root) {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll("input[data-moment]"));
  for (const field of fields) localise(field);
}

/** @param {HTMLInputElement} field */
function localise(field) {
  const sent = document.createElement("input");
  sent.type = "hidden";
  sent.name = field.name;
  sent.value = field.value ? `${field.value}Z` : "";
  field.removeAttribute("name");
  field.after(sent);
  if (sent.value) field.value = local(new Date(sent.value));
  field.addEventListener("input", () => {
    sent.value = field.value ? new Date(field.value).toISOString() : "";
  });
  const zone = field.parentElement?.querySelector("[data-zone]");
  if (zone) zone.textContent = "In the time of this device.";
}

/** @param {Date} at */
export function local(at) {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
