"""The pictures of the documentation, taken on the stack of the journeys."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from dev.demo.client import Scene
from dev.screens.__main__ import shots
from dev.screens.camera import chromium, take
from dev.screens.story import told
from runtime.texts import Language
from tests.fixtures.browser_plugin import NewPage

_SMALL = 100_000
"""Bytes of one picture."""


async def pictures_are_taken(scene: Scene, _: NewPage) -> None:
    """Each of the main pages is there, in a small file."""
    with TemporaryDirectory() as folder:
        pages, sizes = await asyncio.to_thread(_taken, scene, Path(folder))
    assert set(sizes) == {f"{page}-et.png" for page in pages}
    assert max(sizes.values()) < _SMALL


def _taken(scene: Scene, folder: Path) -> tuple[list[str], dict[str, int]]:
    """Return the names of the pages, and the bytes of each file."""
    wanted = shots(told(scene))
    with chromium() as browser:
        take(browser, scene.stack.web_url, wanted, [Language.ESTONIAN], folder)
    sizes = {file.name: file.stat().st_size for file in folder.glob("*.png")}
    return [shot.name for shot in wanted], sizes
