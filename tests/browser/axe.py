"""What axe-core, the accessibility checker from npm, has to say of a page."""

from __future__ import annotations

from node import needed
from playwright.sync_api import Page

_SEVERE = """async () => {
  const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(ending.map((one) => one.finished)); // half faded in, nothing has its contrast
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("  ").slice(0, 300)}`);
}"""


def severe(page: Page) -> list[str]:
    """Its serious and critical findings on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate((needed("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    return list(page.evaluate(_SEVERE))
