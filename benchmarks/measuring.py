"""Measuring: in a process of its own, side by side, by the median of the rounds."""

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
    """Duration, peak memory of the process, and the returned value."""

    seconds: float
    peak_mb: float
    result: Any


@dataclass(frozen=True)
class Line:
    """One line of the table: the claim, the measured figure and its baseline."""

    what: str
    measured: str
    against: str = ""
    ratio: float | None = None
    reach: str = ""
    reached: bool | None = None
    """Whether the claim was met; None: there is no claim."""
    wrong: bool = False
    """Whether an answer was given that must never be: not slow but wrong."""


@dataclass(frozen=True)
class Size:
    """Sizes of everything measured."""

    companies: int
    share: float
    """Share of the companies that change on the next day."""
    customers: int
    """Number of customers among the changed companies."""
    accounts: int
    """Number of accounts behind the access checks."""
    rounds: int
    seconds: float
    """Seconds of load in each round."""
    checks: int
    """Number of access checks made while grants are being ended."""
    workflows: int
    stuck: int
    """Number of stuck rows."""
    retries: int
    """Number of rows in each bulk retry."""
    passed_on: int
    """Number of delegations passed on from the one that is then revoked."""
    people: int
    """Number of people with access to one account."""
    confirmations: int
    """Number of approvals confirmed in each round."""
    approvals: int
    """Number of open approvals in the list of one person, and in the sweep."""
    orders: int
    """Number of orders, and of invoices, in a list."""
    documents: int
    """Number of documents rendered in each round."""
    usage_records: int
    """Number of usage records in an extract."""


# A day brings 0.3 % of the companies; a little more, so that 1,000 of them can be customers.
FULL = Size(
    375_000,
    0.0035,
    1000,
    3000,
    3,
    3,
    100_000,
    60,
    100_000,
    500,
    1_000,
    10_000,
    200,
    10_000,
    100_000,
    1_000,
    1_200_000,
)
QUICK = Size(2_000, 0.1, 100, 150, 1, 0.5, 500, 8, 1_000, 20, 20, 150, 10, 150, 1_000, 20, 10_000)


def alone(work: Callable[..., Any], *arguments: Any) -> Measured:
    """Measure in a fresh interpreter, so that no other work's memory is counted."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measured, work, *arguments).result()


def measured(work: Callable[..., Any], *arguments: Any) -> Measured:
    """Measure in this process."""
    started = time.perf_counter()
    result = work(*arguments)
    return Measured(time.perf_counter() - started, _peak_mb(), result)


def _peak_mb() -> float:
    """Return this process's peak memory. getrusage on Linux would include the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """Return the median of the rounds' ratios: a disturbance of a round affects both its halves."""
    return median(one / other for one, other in zip(of, to, strict=True))
