"""What axe-core finds wrong with a page: WCAG 2.2 A and AA, target sizes included."""

from typing import Any

from playwright.sync_api import Page

from facilitator.config import ROOT

SCRIPT = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LOOK = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const options = { runOnly: { type: "tag", values: tags }, rules: { "target-size": { enabled: true } } };
  const { violations, passes } = await window.axe.run(document, options);
  const told = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  return { told, looked: passes.length };
}"""


def troubles(page: Page) -> list[str]:
    """One line a place. The script is run from outside, because the page's policy lets in none but its own."""
    page.evaluate(SCRIPT.read_text())
    found: Any = page.evaluate(LOOK)
    assert found["looked"] > 0, "axe looked at nothing"
    told: list[str] = found["told"]
    return told
