"""Measuring: in a process of its own, side by side, and by the median of what was seen."""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Measured:
    """How long it took, how much memory the process had at most, and what it returned."""

    seconds: float
    peak_mb: float
    result: Any


@dataclass(frozen=True)
class Line:
    """One line of the table: what was claimed, what was measured, against what."""

    what: str
    measured: str
    against: str = ""
    ratio: float | None = None
    reach: str = ""
    reached: bool | None = None
    """None: there is no claim, the line is there to read."""
    wrong: bool = False
    """Not slow but wrong: an answer that must never be given was."""


@dataclass(frozen=True)
class Size:
    """Sizes of everything measured."""

    companies: int
    share: float
    """Of the companies, how many have news the next day."""
    customers: int
    """Of those with news, how many are customers."""
    accounts: int
    """Behind the access checks."""
    rounds: int
    seconds: float
    """Of load, each time."""
    checks: int
    """While grants are being ended."""
    workflows: int
    stuck: int
    """Rows that need a decision."""
    retries: int
    """Rows in each retry in bulk."""


# A day brings 0.3 % of the companies; a little more, so that 1,000 of them can be customers.
FULL = Size(375_000, 0.0035, 1000, 3000, 3, 3, 100_000, 60, 100_000, 500)
QUICK = Size(2_000, 0.1, 100, 150, 1, 0.5, 500, 8, 1_000, 20)


def alone(work: Callable[..., Any], *arguments: Any) -> Measured:
    """Run it in a fresh interpreter, so that nobody else's memory counts as its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measured, work, *arguments).result()


def measured(work: Callable[..., Any], *arguments: Any) -> Measured:
    """Run it here."""
    started = time.perf_counter()
    result = work(*arguments)
    return Measured(time.perf_counter() - started, _peak_mb(), result)


def _peak_mb() -> float:
    """Of this program. What getrusage tells on Linux includes the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """The median of the rounds' ratios: what disturbed a round disturbed both its halves."""
    return median(one / other for one, other in zip(of, to, strict=True))
