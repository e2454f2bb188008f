"""The monitors that the network keeps, by id and by idempotency key."""

from uuid import uuid4

from simulators.network.monitors import Monitor
from simulators.network.profiles import Profiles


class MonitorStore:
    """Monitors in order of arrival, and the ids that are given to what is new."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._listed: dict[str, Monitor] = {}
        self._by_key: dict[str, Monitor] = {}
        self._last = 0

    def new_id(self) -> str:
        """Return an id that was never given before."""
        self._last += 1
        return str(uuid4()) if self._profiles.now.ids == "uuid" else str(self._last)

    def add(self, monitor: Monitor, *, listed: bool, key: str | None) -> None:
        """Keep a monitor: to be read if ``listed``, to be found by ``key`` if there is one."""
        if listed:
            self._listed[monitor.id] = monitor
        if key is not None:
            self._by_key[key] = monitor

    def get(self, monitor_id: str) -> Monitor | None:
        return self._listed.get(monitor_id)

    def listed(self, monitor: Monitor) -> bool:
        """Return whether clients can read the monitor."""
        return monitor.id in self._listed

    def all(self) -> list[Monitor]:
        return list(self._listed.values())

    def under(self, key: str) -> Monitor | None:
        """Return the monitor of the change with this key."""
        return self._by_key.get(key)

    def forget(self) -> None:
        self._listed.clear()
        self._by_key.clear()
