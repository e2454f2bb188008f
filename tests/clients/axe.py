"""axe-core in a page: what it finds against WCAG 2.2 AA and good practice."""

import json
from collections.abc import Iterable
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Page

_AXE = Path(__file__).parents[1] / "fixtures" / "axe" / "axe.min.js"
_OPTIONS = json.dumps(
    {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        "resultTypes": ["violations"],
    }
)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (1280, 320)


@cache
def _axe() -> str:
    return _AXE.read_text()


async def violations(page: Page) -> list[str]:
    """Return what is wrong with the page as it is now, a line for each element."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(_axe())
    found = await page.evaluate(f"axe.run(document, {_OPTIONS})")
    return [_line(rule, node) for rule in found["violations"] for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    why = " ".join(each["message"] for part in ("any", "all", "none") for each in node[part])
    return f"{rule['id']}: {node['html'][:120]}: {why[:200]}"


async def violations_in_variants(
    page: Page, schemes: Iterable[Scheme] = SCHEMES, widths: Iterable[int] = WIDTHS
) -> list[str]:
    """Return what is wrong in any variant, reflow included, after one load: that is what costs."""
    found: list[str] = []
    for scheme, width in product(schemes, widths):
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 800})
        found += [f"{scheme} {width} px: {each}" for each in await violations(page)]
        found += [f"{scheme} {width} px: {each}" for each in await wider_than_page(page)]
    return found


async def wider_than_page(page: Page) -> list[str]:
    """Return what makes the page scroll sideways (WCAG 1.4.10); regions that scroll may."""
    return list(
        await page.evaluate("""() => {
            const room = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= room) return [];
            return [...document.querySelectorAll("body *")]
              .filter(e => e.getBoundingClientRect().right > room + 1 && !e.closest(".scroll"))
              .map(e => `scrolls sideways: ${e.outerHTML.slice(0, 120)}`)
              .concat(`scrolls sideways: ${document.documentElement.scrollWidth} px`);
        }""")
    )
