"""Accepted changes: the request, its key, the outcome, and when it completes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from simulators.faults import Fault
from simulators.network.forms import ChangeForm
from simulators.network.refusals import Refused, not_asked_to

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """One write, as requested with ``key``."""

    key: str
    method: str
    to: str
    body: dict[str, Any]
    form: ChangeForm
    service_id: str

    @property
    def new(self) -> bool:
        """Return whether the change creates the service."""
        return self.method == "POST"

    def request(self) -> dict[str, Any]:
        return {"method": self.method, "to": self.to, "body": self.body}


@dataclass(slots=True, eq=False)
class Monitor:
    """An accepted change. ``refusal`` is its later outcome; ``holder`` keeps it from completing."""

    change: Change
    due: datetime
    source_href: str
    in_order: bool = True
    double: bool = False
    refusal: Refused | None = None
    holder: Fault | None = None
    state: Literal["InProgress", "InError", "Completed"] = "InProgress"
    response: dict[str, Any] | None = None
    id: str = field(default_factory=lambda: str(uuid4()))

    def ends(self, state: Literal["InError", "Completed"], status: int, body: Any) -> None:
        self.state = state
        self.response = {"statusCode": status, "body": body}

    def released(self, now: datetime) -> None:
        """Release the change from the fault that held it; it completes now at the earliest."""
        self.holder, self.due = None, max(self.due, now)

    def read(self, path: str) -> dict[str, Any]:
        """Return the monitor in TMF640's shape; ``path`` is the path of the collection."""
        return {
            "id": self.id,
            "href": f"{path}/{self.id}",
            "@type": "Monitor",
            "sourceHref": self.source_href,
            "state": self.state,
            "request": self.change.request(),
            "response": self.response,
        }


def accepted(change: Change, source_href: str, seconds: float, fault: Fault | None) -> Monitor:
    """Make the monitor of a change that completes after ``seconds`` unless a fault prevents it."""
    monitor = Monitor(change, datetime.now(UTC) + timedelta(seconds=seconds), source_href)
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
