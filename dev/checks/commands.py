"""Running several commands that each check something, with one table of what became of them."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Outcome:
    """The result of one check."""

    name: str
    passed: bool
    seconds: float
    output: str


def run_all(
    checks: Mapping[str, Command], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> int:
    """Run all, several at a time, and print the output of failed ones. A failure stops no other.

    Returns the exit code: 1 if any failed. ``env`` is added to the environment.
    """
    console = Console()
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda name: _run(name, checks[name], cwd, env or {}), checks))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        console.rule(outcome.name, align="left", style="red")
        console.print(outcome.output, markup=False, highlight=False, soft_wrap=True)
    console.print(_table(outcomes))
    return 1 if failed else 0


def _run(name: str, command: Command, cwd: Path | None, env: Mapping[str, str]) -> Outcome:
    begun = time.monotonic()
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **env}
    )
    output = (done.stdout + done.stderr).strip()
    return Outcome(name, done.returncode == 0, time.monotonic() - begun, output)


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table("check", "", "seconds")
    for outcome in outcomes:
        result = "[green]passed" if outcome.passed else "[red]failed"
        table.add_row(outcome.name, result, f"{outcome.seconds:.1f}")
    return table
