"""``python -m dev.checks`` (``make check``): run every check; print the output of failed ones."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

_PYTHON = sys.executable
_BIN = Path(sys.executable).parent

CHECKS = {
    "types": [_PYTHON, "-m", "mypy"],
    "style": [_PYTHON, "-m", "ruff", "check", "."],
    "format": [_PYTHON, "-m", "ruff", "format", "--check", "."],
    "imports run one way": [str(_BIN / "lint-imports")],
    "migrations fit the models": [_PYTHON, "-m", "dev.checks.schema_drift"],
    "openapi.json is current": [str(_BIN / "volitus"), "openapi", "--check", "openapi.json"],
    "openapi-tmf641.json is current": [
        *(str(_BIN / "volitus"), "openapi", "--of", "tmf641", "--check", "openapi-tmf641.json")
    ],
    "links of the documentation": [_PYTHON, "-m", "dev.checks.markdown_links"],
}


@dataclass(frozen=True)
class Outcome:
    """The result of one check."""

    name: str
    passed: bool
    seconds: float
    output: str


def main() -> int:
    """Run all checks, several at a time; exit code 1 if any failed. A failure stops no other."""
    console = Console()
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        outcomes = list(pool.map(_run, CHECKS, CHECKS.values()))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        console.rule(outcome.name, align="left", style="red")
        console.print(outcome.output, markup=False, highlight=False, soft_wrap=True)
    console.print(_table(outcomes))
    return 1 if failed else 0


def _run(name: str, command: Sequence[str]) -> Outcome:
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    output = (done.stdout + done.stderr).strip()
    return Outcome(name, done.returncode == 0, time.monotonic() - begun, output)


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table("check", "", "seconds")
    for outcome in outcomes:
        result = "[green]passed" if outcome.passed else "[red]failed"
        table.add_row(outcome.name, result, f"{outcome.seconds:.1f}")
    return table


if __name__ == "__main__":
    sys.exit(main())
