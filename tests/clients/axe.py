"""axe-core in a page: what it finds against WCAG 2.2 AA and good practice."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Page

_AXE = Path(__file__).parents[1] / "fixtures" / "axe" / "axe.min.js"
_ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOURS = ["color-contrast"]
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (1280, 320)


@cache
def _axe() -> str:
    return _AXE.read_text()


async def violations(page: Page, rules: Sequence[str] = _ALL) -> list[str]:
    """Return what is wrong with the page as it is now, a line for each element."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(_axe())
    options = json.dumps({"runOnly": rules, "resultTypes": ["violations"]})
    found = await page.evaluate(f"axe.run(document, {options})")
    return [_line(rule, node) for rule in found["violations"] for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    why = " ".join(each["message"] for part in ("any", "all", "none") for each in node[part])
    return f"{rule['id']}: {node['html'][:120]}: {why[:200]}"


async def violations_in_variants(
    page: Page,
    schemes: Iterable[Scheme] = SCHEMES,
    widths: Iterable[int] = WIDTHS,
    *,
    in_full: bool = False,
) -> list[str]:
    """Return what is wrong in any variant, reflow included, after one load: that is what costs.

    A colour scheme changes colours only: those after the first are asked for contrast alone,
    unless ``in_full``.
    """
    found: list[str] = []
    schemes = list(schemes)
    for width, scheme in product(widths, schemes):
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 800})
        rules = _ALL if in_full or scheme == schemes[0] else _COLOURS
        found += [f"{scheme} {width} px: {each}" for each in await violations(page, rules)]
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


async def larger_text(page: Page) -> list[str]:
    """Return what does not fit any more with text of twice the size (WCAG 1.4.4)."""
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = await wider_than_page(page)
    found += await page.evaluate("""() => [...document.querySelectorAll("main *")]
        .filter(e => {
            const style = getComputedStyle(e);
            const cuts = (how) => how === "hidden" || how === "clip";
            return (cuts(style.overflowX) || cuts(style.overflowY)) && e.clientWidth > 1
              && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
        })
        .map(e => `cut off: ${e.outerHTML.slice(0, 120)}`)""")
    await page.evaluate("document.documentElement.style.fontSize = ''")
    return [f"text of 200 %: {each}" for each in found]
