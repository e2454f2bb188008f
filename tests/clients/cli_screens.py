"""What commands show at terminals of two widths, with ids and days that are the same in every run.

Kept in ``tests/cli/screens/*.txt``: somebody looks at each before it is kept. ``WRITE_SCREENS=1``
writes them anew.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.printing import page
from tests.clients.cli_runner import Volitus
from tests.clients.terminal import at_terminal

KEPT = Path(__file__).parents[1] / "cli" / "screens"
WIDTHS = (80, 120)
LATER = timedelta(hours=3, minutes=30)
"""How long after the rows are written they are looked at: "3 h ago", however slow the machine."""
_ID = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8}((?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?\b")
_CHANGING = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "f" * 64),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"), "2026-11-23T12:00:00Z"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "2026-11-23"),
    (re.compile(r"\bin \d [hd]\b"), "in 7 h"),
    (re.compile(r"\bin \d\d [hd]\b"), "in 20 h"),
    (re.compile(r"(?<![+\d.])\b\d{11}\b"), "26100000001"),
    (re.compile(r"(?<![+\d.])\b\d{12}\b"), "261000000014"),
    (re.compile(r"\b\d\d\.\d\d EUR"), "25.13 EUR"),
)


def screen(volitus: Volitus, width: int, command: str) -> str:
    """Return what this command shows and says, its colours left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "moment", lambda: datetime.now(UTC) + LATER)
        shown = at_terminal(volitus, width, *command.split(), NO_COLOR="1")
    assert shown.code == 0, shown.err
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown.out)
    lines = [line.rstrip() for line in text.splitlines()]
    said = [f"(said) {line}" for line in shown.err.splitlines()]
    return _the_same("\n".join([*lines, *said, ""]))


def kept(command: str, screens: dict[int, str]) -> str:
    """Return the kept screens of a command, or write these."""
    file = KEPT / f"{'-'.join(re.findall('[a-z]+', command))}.txt"
    if os.environ.get("WRITE_SCREENS"):
        file.write_text(together(command, screens), encoding="utf-8")
    return file.read_text(encoding="utf-8")


def together(command: str, screens: dict[int, str]) -> str:
    """Return the screens of a command as they are kept."""
    parts = [f"$ volitus {command}   ({width} columns)\n{text}" for width, text in screens.items()]
    return "\n".join(parts)


def _the_same(text: str) -> str:
    """Number ids in their order, whole or short, and replace days and digests, all as long."""
    numbers: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        digits = found[0][:8]
        at = numbers.setdefault(digits, len(numbers) + 1)
        return f"{at:08d}{found[0][8:] and '-0000-4000-8000-000000000000'}"

    for pattern, same in _CHANGING:
        text = pattern.sub(same, text)
    return _ID.sub(number, text)
