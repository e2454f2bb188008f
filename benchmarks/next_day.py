"""The next day's file with 1,000 customers among the changed: every stage, on real parts."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.registry.sync_runs import EndRun, SyncRequest
from benchmarks.customers import take_on
from benchmarks.measuring import Line, Size, alone, measured
from benchmarks.place import Place, named, running
from benchmarks.register_days import NEXT_SEED, TwoDays, two_days
from domain.registry.sync import SyncSource, SyncState
from settings.processes import WorkerSettings
from storage.database import Database
from worker import activities

_SECONDS_TO_ALIGN = 2.0
# Every queried company has changed here, as on no real day: do not hold the run.
_NO_HOLD = {"VOLITUS_SYNC_HOLD_SHARE": "1"}


def lines(place: Place, size: Size) -> list[Line]:
    """Measure one day of one engine: customers' access as of today, then tomorrow's file."""
    days = two_days(place.home, size)
    programs, settings, _ = place.programs(size.companies)
    published = place.scratch / "published.zip"
    published.symlink_to(days.today)
    register = named(programs.servers(), "register")
    register = replace(register, command=[*register.command, "--file", str(published)])
    with place.database() as url, running(register):
        environment = programs.environment(url) | _NO_HOLD
        alone(carried_out, environment, SyncSource.FILE)
        _take_on(url, days.changed[: size.customers])
        alone(carried_out, environment, SyncSource.CHECK)
        _let_a_day_pass(settings.register_port, size, published, days)
        day = alone(carried_out, environment, SyncSource.FILE)
        return _told(url, day.result)


def carried_out(environment: Mapping[str, str], source: SyncSource) -> dict[str, float]:
    """Carry out one run with the worker's own activities; returns seconds by activity name."""
    os.environ.update(environment)
    settings = WorkerSettings.from_environment()
    database = Database(settings.database.dsn())
    seconds: dict[str, float] = {}
    with activities.activities(settings, database) as work:
        known = {each.__name__: each for todo in work.values() for each in todo}

        def carry_out(name: str, *arguments: Any) -> Any:
            done = measured(ActivityEnvironment().run, known[name], *arguments)
            seconds[name] = done.seconds
            return done.result

        run_id = carry_out("open_run", SyncRequest(source=source, subject=str(uuid4()))).run_id
        if source is SyncSource.FILE:
            carry_out("compare_file", carry_out("fetch_file", run_id))
        else:
            carry_out("list_customers", run_id)
        asked = carry_out("query_companies", run_id)
        assert not asked.unknown
        assert carry_out("weigh", run_id)
        carry_out("apply_states", run_id)
        carry_out("end_run", EndRun(run_id=run_id, state=SyncState.FINISHED))
    database.close()
    return seconds


def _take_on(url: str, codes: list[str]) -> None:
    database = Database(url)
    take_on(database, codes)
    database.close()


def _let_a_day_pass(port: int, size: Size, published: Path, days: TwoDays) -> None:
    news = {"seed": NEXT_SEED, "share": size.share}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
        http.post("/_control/next-day", json=news).raise_for_status()
    published.unlink()
    published.symlink_to(days.tomorrow)


def _told(url: str, seconds: Mapping[str, float]) -> list[Line]:
    database = Database(url)
    with database.reading() as connection:
        counts: Mapping[str, int] = connection.execute(
            text("SELECT counts FROM sync_run ORDER BY started_at DESC LIMIT 1")
        ).scalar_one()
    database.close()
    asked, applied = counts["answered"], counts["applied"]
    reading = seconds["fetch_file"] + seconds["compare_file"]
    return [
        Line(f"Next day, {asked:,} customers changed: fetched, read, compared", f"{reading:.2f} s"),
        Line(
            f"…asked about {asked:,} companies over HTTP, one at a time, within the budget",
            f"{seconds['query_companies']:.2f} s",
            f"{1000 * seconds['query_companies'] / max(asked, 1):.1f} ms each",
        ),
        Line("…weighed: all of it tried out and rolled back", f"{seconds['weigh']:.2f} s"),
        Line(
            f"…aligned {applied:,}: {counts['started']:,} grants begun, {counts['ended']:,} ended",
            f"{seconds['apply_states']:.2f} s",
            f"{seconds['apply_states'] / reading:.2f} of the reading",
            reach=f"< {_SECONDS_TO_ALIGN:.0f} s",
            reached=seconds["apply_states"] < _SECONDS_TO_ALIGN,
        ),
    ]
