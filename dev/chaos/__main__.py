"""``make chaos``: kill programs and inject faults under load; no effect may be lost or doubled.

0 only if every promise was kept. The seed is printed first; it alone makes the schedule.
"""

import argparse
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from dev.chaos import verdict
from dev.chaos.environment import Stage, staged
from dev.chaos.injector import Injector
from dev.chaos.load import Load
from dev.chaos.promise import Promise
from dev.chaos.schedule import Schedule
from dev.chaos.snapshot import Evidence, gather
from dev.chaos.statements import Statements
from dev.chaos.wait_until_idle import settle
from dev.postgres.os_user import temporary_home
from dev.stack.os_processes import StartError
from domain.audit import EventKind

PROCESSES = 500
_REPORT_EVERY = 5.0
_SWEEP_EVERY = 2.0
"""Seconds. The scheduler sweeps every half minute."""
_COUNTS = """
SELECT (SELECT count(*) FROM operation WHERE kind = 'resend' AND state = 'succeeded')
    + (SELECT count(*) FROM verification WHERE state <> 'sent')
    + (SELECT count(*) FROM delegation WHERE state <> 'awaiting_acceptance') AS ended,
    (SELECT count(*) FROM stuck WHERE state <> 'closed') AS stuck,
    (SELECT string_agg(name || ' ' || state, ', ') FROM target
        WHERE state <> 'available') AS targets
"""
_RETRIABLE = "SELECT count(*) FROM stuck WHERE state = 'stuck' AND kind IN ('trouble', 'refused')"


class _Counts(NamedTuple):
    ended: int
    stuck: int
    targets: str | None
    """Those that are not available, with their state."""


class Campaign:
    """A campaign, from the first request to the verdict."""

    def __init__(self, stage: Stage, schedule: Schedule, console: Console) -> None:
        self._stage = stage
        self._schedule = schedule
        self._console = console
        self._load = Load(stage.stack, schedule)
        self._injector = Injector(stage, schedule, self._tell)
        self._statements = Statements(stage)
        self._status = console.status("")
        self._reported_at = self._swept_at = 0.0
        self.promises: list[Promise] = []

    def run(self) -> None:
        """Send requests and disturb; wait until idle; judge; retry as operations; judge again."""
        with self._status:
            self._go_on()

    def _go_on(self) -> None:
        self._load.start()
        while self._injector.go_on(self._load.seconds()) or self._load.going_on():
            self._sweep()
            if not self._schedule.form.short:  # there all bookings meet the faults of the end
                self._statements.go_on()
            self._count()
            time.sleep(0.05)
        self._tell("[bold]all programs run again, and every request was answered[/bold]")
        self._injector.begin_bookings()
        self._read_statements()
        self._settle("settled")
        self._injector.end_bookings()
        self._judge("At rest", lambda e: verdict.at_rest(e, self._schedule, self._injector))
        (retriable,) = self._stage.rows(int, _RETRIABLE)
        if retriable:
            asked = ("ops", "retry", "--all", "--yes", "--reason", "after the campaign")
            self._tell(f"operations retry all: {self._stage.volitus(*asked)['result']}")
            self._settle("retried", held=False)
        self._judge("At the end", lambda e: verdict.at_the_end(e, self._load.asked, self._injector))

    def _read_statements(self) -> None:
        if not self._schedule.payments:
            return
        read = self._statements.read_to_end(self._schedule.form.patience, self._look_after)
        self._tell("statements are read" if read else "[red]statements are not read")

    def _settle(self, word: str, *, held: bool = True) -> None:
        begun = time.monotonic()
        patience = self._schedule.form.patience
        good = settle(self._stage, patience, self._look_after, held=held)
        took = time.monotonic() - begun
        self._tell(f"{word} after {took:.1f} s" if good else f"[red]not {word} after {took:.0f} s")

    def _look_after(self) -> None:
        self._injector.go_on(self._load.seconds())
        self._sweep()
        self._count()

    def _sweep(self) -> None:
        if time.monotonic() - self._swept_at >= _SWEEP_EVERY:
            self._stage.sweep()
            self._swept_at = time.monotonic()

    def _judge(self, title: str, judge: Callable[[Evidence], list[Promise]]) -> None:
        evidence = gather(self._stage)
        judged = judge(evidence)
        self._console.print(verdict.table(title, judged))
        self._tell(f"listed so far: {_reasons(evidence)}")
        self.promises += judged

    def _tell(self, words: str) -> None:
        self._console.print(f"{self._load.seconds():6.1f} s  {words}", soft_wrap=True)

    def _count(self) -> None:
        terminal = self._console.is_terminal
        if time.monotonic() - self._reported_at < (0.5 if terminal else _REPORT_EVERY):
            return
        self._reported_at = time.monotonic()
        asked, answered = self._load.counts()
        try:
            (now,) = self._stage.rows(_Counts, _COUNTS)
            rest = f"{now.ended} ended, {now.stuck} stuck {now.targets or ''}"
        except SQLAlchemyError:
            rest = "PostgreSQL is away"
        counts = f"{asked} requested, {answered} answered, {rest}"
        if terminal:
            self._status.update(counts)
        else:
            self._tell(counts)


def _reasons(evidence: Evidence) -> str:
    """Count the reasons that were listed."""
    kinds = {EventKind.STUCK_OPENED, EventKind.TARGET_PAUSED}
    counts = Counter(each.code for each in evidence.events if each.kind in kinds)
    return ", ".join(f"{code} {count}" for code, count in counts.most_common()) or "nothing"


def campaign(schedule: Schedule, console: Console) -> list[str]:
    """Run a campaign; return what broke promises. Raises StartError."""
    with temporary_home("volitus-chaos-") as folder:
        try:
            begun = time.monotonic()
            with staged(schedule, folder) as stage:
                console.print(f"the stack is ready after {time.monotonic() - begun:.1f} s")
                one = Campaign(stage, schedule, console)
                one.run()
        except BaseException:
            _keep_logs(schedule.seed, folder, console)
            raise
        found = verdict.findings(one.promises)
        if found:
            _keep_logs(schedule.seed, folder, console)
    return found


def _keep_logs(seed: int, folder: Path, console: Console) -> None:
    logs = folder / "stack" / "logs"
    if logs.exists():
        kept = Path(tempfile.mkdtemp(prefix=f"volitus-chaos-{seed}-logs-"))
        shutil.copytree(logs, kept, dirs_exist_ok=True)
        console.print(f"The logs are kept in {kept}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign from the command line; exit code 0 if every promise was kept, else 1."""
    parser = argparse.ArgumentParser(prog="make chaos", description="A fault campaign.")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument(
        "--standard", action="store_true", help="The network has no idempotency keys."
    )
    parser.add_argument("--show", action="store_true", help="Only print the schedule.")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # everything started is stopped
    console = Console(highlight=False)
    console.print(f"seed {options.seed}, {options.processes} processes", soft_wrap=True)
    schedule = Schedule.of(options.seed, options.processes, standard=options.standard)
    if options.show:
        for line in schedule.lines():
            console.print(line, markup=False, soft_wrap=True)
        return 0
    try:
        found = campaign(schedule, console)
    except StartError as error:
        sys.exit(f"volitus: {error}")
    for line in found:
        console.print(f"[red]✘[/red] {line}", soft_wrap=True)
    again = f"make chaos SEED={options.seed} PROCESSES={options.processes}"
    again += " ARGS=--standard" if options.standard else ""
    console.print(
        f"[red]Promises were broken[/red]; again: {again}"
        if found
        else "[green]Every promise was kept."
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
