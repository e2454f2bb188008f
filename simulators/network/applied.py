"""Log of what was really done to services, for tests that count effects."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Applied:
    at: datetime
    key: str
    service_id: str
    number: str | None
    change: dict[str, Any]
    monitor_id: str


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
