"""Takes pictures of pages: logs in as people do, then opens each page in each language."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from dev.screens.chromium import ARGUMENTS, executable
from dev.stack.os_processes import StartError
from runtime.texts import Language

_SIZE = (1200, 800)
_COLOURS = 128
"""A page has few: so many keep a picture small and its text sharp."""
_CONSOLE = "/console"


@dataclass(frozen=True)
class Shot:
    """One page: the file's name, the path without language, and who looks at it."""

    name: str
    path: str
    who: str
    """A personal code; on a page of the console, the subject of a member of staff."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium. StartError where there is none."""
    path = executable()
    if path is None:
        raise StartError(
            "no Chromium: apt-get install chromium-headless-shell, or set CHROMIUM to its path"
        )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def take(
    browser: Browser, url: str, shots: Sequence[Shot], languages: Sequence[Language], folder: Path
) -> None:
    """Write ``NAME-LANGUAGE.png`` of each page into the folder."""
    for who in dict.fromkeys(shot.who for shot in shots):
        context = browser.new_context(
            base_url=url,
            viewport={"width": _SIZE[0], "height": _SIZE[1]},
            timezone_id="Europe/Tallinn",
            reduced_motion="reduce",
        )
        page, is_known = context.new_page(), False
        for shot in (each for each in shots if each.who == who):
            for language in languages:
                page.goto(f"/{language}{shot.path}")
                if not is_known:
                    _log_in(page, shot)
                    is_known = True
                _picture(page, folder / f"{shot.name}-{language}.png")
        context.close()


def _log_in(page: Page, shot: Shot) -> None:
    if shot.path.startswith(_CONSOLE):
        page.select_option("#subject", shot.who)
    else:
        page.fill("#code", shot.who)
    page.click("button:has-text('Log in')")
    page.wait_for_selector("main h1")


def _picture(page: Page, file: Path) -> None:
    page.wait_for_load_state("networkidle")
    title = page.title()
    if page.locator("main h1").count() != 1:
        raise StartError(f"{page.url} has no heading: {title}")
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
