"""Axe: what an automatic judge of accessibility finds on a page."""

from typing import Any

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # no stubs
from playwright.async_api import Page

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # Every rule is tried all the same; what passes is not described element by element.
    "resultTypes": ["violations"],
}


async def violations(page: Page) -> list[str]:
    """Every violation of WCAG 2.2 AA and of axe's best practices, with the element that it is about."""
    results = await Axe().run(page, options=RULES)
    found: list[dict[str, Any]] = results.response["violations"]
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found
        for node in violation["nodes"]
    ]
