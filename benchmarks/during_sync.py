"""The time of an access check while another process reads the register's whole file."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from threading import Event, Thread

from sqlalchemy import text

from benchmarks.load import Load, evenly, load
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place
from benchmarks.portal import CONNECTIONS, portal
from benchmarks.register_days import two_days
from benchmarks.staging import staged_and_compared
from storage.database import Database


def lines(place: Place, size: Size) -> list[Line]:
    """Measure without and with a running sync in turns, on one database."""
    file = two_days(place.home, size).today
    quiet, busy = list[Load](), list[Load]()
    with portal(place, size) as asked:
        target = asked.target()

        def loaded() -> Load:
            done: Load = alone(load, target, CONNECTIONS, size.seconds).result
            return done

        loaded()  # to warm up
        for _ in range(size.rounds):
            quiet.append(loaded())
            with _syncing(file, asked.database_url):
                busy.append(loaded())
    return _told(quiet, busy)


@contextmanager
def _syncing(file: Path, url: str) -> Iterator[None]:
    """Read and compare the file, over and over, until the block ends."""
    enough = Event()

    def sync() -> None:
        while not enough.is_set():
            alone(staged_and_compared, file, url)

    thread = Thread(target=sync)
    runs = _runs(url)
    thread.start()
    try:
        while _runs(url) == runs:
            time.sleep(0.05)
        yield
    finally:
        enough.set()
        thread.join()


def _runs(url: str) -> int:
    database = Database(url)
    with database.reading() as connection:
        number: int = connection.execute(text("SELECT count(*) FROM sync_run")).scalar_one()
    database.close()
    return number


def _told(quiet: list[Load], busy: list[Load]) -> list[Line]:
    before, during = evenly(quiet), evenly(busy)
    return [
        Line(
            f"{what} of an access check during a full sync, {CONNECTIONS} connections",
            f"{median(during[name]):.1f} ms",
            f"quiet {median(before[name]):.1f} ms",
            ratio(during[name], before[name]),
        )
        for what, name in (("Median time", "p50"), ("99th percentile", "p99"))
    ]
