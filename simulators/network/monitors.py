"""Accepted changes: the request, its key, the outcome, and when it completes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.faults import Fault
from simulators.network.profiles import Progress
from simulators.network.refusals import Refused, not_asked_to

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """One write. ``base`` is the address that hrefs of its answers begin with, or empty."""

    method: str
    to: str
    service_id: str
    body: dict[str, Any]
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    key: str = ""
    base: str = ""

    @property
    def new(self) -> bool:
        """Return whether the change creates the service."""
        return self.method == "POST"

    def same(self, other: "Change") -> bool:
        """Return whether both request the same."""
        return (self.method, self.to, self.body) == (other.method, other.to, other.body)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer that a change would have got at its end; no ``body``: an empty one."""

    status: int
    body: dict[str, Any] | None


@dataclass(slots=True, eq=False)
class Monitor:
    """An accepted change. ``refusal`` is its later outcome; ``holder`` keeps it from completing."""

    id: str
    change: Change
    due: datetime
    in_order: bool = True
    double: bool = False
    drifts: bool = False
    refusal: Refused | None = None
    holder: Fault | None = None
    state: Progress = "InProgress"
    outcome: Outcome | None = None

    def ends(self, state: Progress, outcome: Outcome) -> None:
        self.state, self.outcome = state, outcome

    def released(self, now: datetime) -> None:
        """Release the change from the fault that held it; it completes now at the earliest."""
        self.holder, self.due = None, max(self.due, now)


def accepted(id_: str, change: Change, seconds: float, fault: Fault | None) -> Monitor:
    """Make the monitor of a change that completes after ``seconds`` unless a fault prevents it."""
    monitor = Monitor(id_, change, datetime.now(UTC) + timedelta(seconds=seconds))
    match fault and fault.kind:
        case "refuse_later" if fault is not None:
            monitor.refusal = not_asked_to(fault.code)
        case "never":
            monitor.holder = fault
        case "out_of_order" if fault is not None:
            monitor.in_order = False
            monitor.due += timedelta(seconds=fault.seconds)
        case "double":
            monitor.double = True
        case "drift":
            monitor.drifts = True
    return monitor


def over(pending: Iterable[Monitor], now: datetime) -> list[tuple[datetime, Monitor]]:
    """Return the monitors of ``pending`` (in order of arrival) that are complete, and since when.

    A change completes when its time has come and the earlier changes of its service are complete.
    """
    behind: dict[str, datetime] = {}
    found = []
    for each in pending:
        service_id = each.change.service_id
        before = behind.get(service_id, each.due)
        at = max(each.due, before) if each.holder is None else _NEVER
        if each.in_order:
            behind[service_id] = at
        if at <= now:
            found.append((at, each))
    return sorted(found, key=lambda one: one[0])
