"""Log of what was really done to services, for tests that count effects."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulators.network.monitors import Change


@dataclass(frozen=True, slots=True)
class Applied:
    at: datetime
    key: str
    method: str
    service_id: str
    number: str | None
    change: dict[str, Any]
    monitor_id: str

    @classmethod
    def of(cls, change: Change, at: datetime, number: str | None, monitor_id: str) -> "Applied":
        """Return the entry of a change; ``key`` is what was sent, also where it is ignored."""
        method, service_id = change.method, change.service_id
        return cls(at, change.key, method, service_id, number, change.body, monitor_id)


class AppliedLog:
    """Applied changes, in the order of application."""

    def __init__(self) -> None:
        self._entries: list[Applied] = []

    def add(self, entry: Applied) -> None:
        self._entries.append(entry)

    def found(self, key: str | None = None, service_id: str | None = None) -> list[Applied]:
        """Return the changes with this key and of this service; None: any."""
        return [
            each
            for each in self._entries
            if key in {None, each.key} and service_id in {None, each.service_id}
        ]

    def forget(self) -> None:
        self._entries.clear()
