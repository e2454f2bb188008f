"""The register's file at its real size: staged and compared, against unzip + parse + COPY."""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from pydantic import SecretStr

from benchmarks import floor
from benchmarks.measuring import Line, Measured, Size, alone, measured, ratio
from benchmarks.place import Place, vacuum
from benchmarks.register_days import TwoDays, two_days
from benchmarks.staging import staged_and_compared
from registry_sync.estonia.open_data import OpenDataFile
from simulators.register.app import FILE_PATH, create_app
from simulators.serving import serving
from storage.database import Database

_MEMORY_MB = 400


def lines(place: Place, size: Size) -> list[Line]:
    """Measure the first load, the same file again, and the next day's, each against its floor."""
    days = two_days(place.home, size)
    seen: dict[str, list[Measured]] = {}

    def note(name: str, work: Callable[..., Any], path: Path, url: str) -> None:
        seen.setdefault(name, []).append(alone(work, path, url))

    days.today.read_bytes(), days.tomorrow.read_bytes()  # into the page cache, for everyone
    for _ in range(size.rounds):
        with place.database() as url:
            note("person", floor.row_a_person, days.today, url)
            note("first", staged_and_compared, days.today, url)
            _settle(url)
            note("company", floor.row_a_company, days.today, url)
            note("again", staged_and_compared, days.today, url)
            note("next", staged_and_compared, days.tomorrow, url)
    return [
        _line("File, nothing known yet", seen["first"], seen["person"]),
        _line("The same file, read again", seen["again"], seen["person"]),
        _line("The next day's file", seen["next"], seen["person"]),
        _bare_line("…nothing known yet", seen["first"], seen["company"]),
        _bare_line("…the next day's", seen["next"], seen["company"]),
        _memory(seen),
        _recognised(place, days),
    ]


def _settle(url: str) -> None:
    """Vacuum and analyse, as autovacuum does in the hours between two files."""
    database = Database(url)
    vacuum(database, "bulk_company")
    database.close()


def _seconds(runs_: list[Measured]) -> list[float]:
    return [run.seconds for run in runs_]


def _line(what: str, ours: list[Measured], base: list[Measured]) -> Line:
    share = ratio(_seconds(ours), _seconds(base))
    counts = ours[0].result
    return Line(
        f"{what}: {counts['companies']:,} companies, {counts['changed']:,} differ",
        f"{median(_seconds(ours)):.2f} s",
        f"floor {median(_seconds(base)):.2f} s",
        share,
        "≤ 1.5×",
        share <= 1.5,
    )


def _bare_line(what: str, ours: list[Measured], base: list[Measured]) -> Line:
    return Line(
        f"{what}, against staging nothing but the companies' codes",
        f"{median(_seconds(ours)):.2f} s",
        f"{median(_seconds(base)):.2f} s",
        ratio(_seconds(ours), _seconds(base)),
    )


def _memory(seen: dict[str, list[Measured]]) -> Line:
    peaks = {name: max(run.peak_mb for run in runs_) for name, runs_ in seen.items()}
    ours = max(peaks["first"], peaks["again"], peaks["next"])
    return Line(
        "Peak memory of the process that reads it",
        f"{ours:.0f} MB",
        f"floor {peaks['person']:.0f} MB",
        reach=f"< {_MEMORY_MB} MB",
        reached=ours < _MEMORY_MB,
    )


def _recognised(place: Place, days: TwoDays) -> Line:
    """Measure an unchanged file on a server that sends ETags, as the register's does."""
    app = create_app(
        place.scratch / "register", user="u", password=SecretStr("p"), companies=1, file=days.today
    )
    with serving(app) as url, httpx.Client(trust_env=False) as http:
        file = OpenDataFile(http, url + FILE_PATH, place.scratch / "downloads")
        got = file.fetch(None, lambda *_: None)
        assert got is not None
        again = measured(file.fetch, got.version, lambda *_: None)
    assert again.result is None
    return Line(
        "The same file, recognised by its ETag and skipped",
        f"{again.seconds * 1000:.0f} ms",
        reach="seconds",
        reached=again.seconds < 5,
    )
