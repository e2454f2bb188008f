"""Accepts changes of services and carries each out once, when its time has come.

Time alone completes a change: whoever looks calls ``settle`` first, which does what is over in the
order in which it was over. Everything runs in the one thread of the event loop and nothing here
waits, so that no two of these calls mix.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from simulators.faults import Fault
from simulators.network.applied import Applied, AppliedLog
from simulators.network.monitors import Change, Monitor, accepted, over
from simulators.network.refusals import Refused, not_asked_to
from simulators.network.services import Services

SECONDS = 0.02


class Activator:
    """``seconds`` is how long the changes take that are accepted from now on."""

    def __init__(self, services: Services, log: AppliedLog) -> None:
        self.seconds = SECONDS
        self._services = services
        self._log = log
        self._by_id: dict[str, Monitor] = {}
        self._by_key: dict[str, Monitor] = {}
        self._pending: list[Monitor] = []

    def accept(self, change: Change, fault: Fault | None) -> Monitor:
        """The monitor of the change: a new one, or that of its key. Raises Refused."""
        self.settle()
        known = self._by_key.get(change.key)
        if known is not None:
            return _same(known, change)
        if fault is not None and fault.kind == "refuse":
            raise not_asked_to(fault.code)
        self._services.check(change.service_id, new=change.new)
        href = self._services.href(change.service_id)
        monitor = accepted(change, href, self.seconds, fault)
        self._by_id[monitor.id] = self._by_key[change.key] = monitor
        self._pending.append(monitor)
        return monitor

    def would_accept(self, change: Change) -> bool:
        """Whether it is new and could be carried out."""
        self.settle()
        try:
            self._services.check(change.service_id, new=change.new)
        except Refused:
            return False
        return change.key not in self._by_key

    def monitor(self, monitor_id: str) -> Monitor | None:
        self.settle()
        return self._by_id.get(monitor_id)

    def under(self, key: str) -> Monitor | None:
        """The monitor of the change that came under this key."""
        self.settle()
        return self._by_key.get(key)

    def settle(self) -> None:
        """Carry out what is over by now."""
        for at, monitor in over(self._pending, datetime.now(UTC)):
            self._complete(monitor, at)
        self._pending = [each for each in self._pending if each.state == "InProgress"]

    def release(self, on: Iterable[Fault]) -> None:
        """Let go of what is held by a fault that is not on any more."""
        for monitor in self._pending:
            if monitor.holder is not None and not any(_alike(monitor.holder, each) for each in on):
                monitor.released(datetime.now(UTC))

    def forget(self) -> None:
        """All changes and their keys; what is not carried out by now never is."""
        self.settle()
        self._pending.clear()
        self._by_id.clear()
        self._by_key.clear()

    def _complete(self, monitor: Monitor, at: datetime) -> None:
        change = monitor.change
        service_id = change.service_id
        number = change.form.number() or self._services.number(service_id)
        try:
            if monitor.refusal is not None:
                raise monitor.refusal
            self._services.apply(service_id, change.form, new=change.new)
        except Refused as refused:
            monitor.ends("InError", refused.status, refused.body())
            return
        monitor.ends("Completed", 201 if change.new else 200, self._services.read(service_id))
        self._log.add(Applied(at, change.key, service_id, number, change.body, monitor.id))


def _same(known: Monitor, change: Change) -> Monitor:
    if known.change.request() != change.request():
        raise Refused(422, "idempotencyKeyReused", "Another request came under this key.")
    return known


def _alike(one: Fault, other: Fault) -> bool:
    """Whether it is the same fault; how often it is left to be shown does not matter."""
    return one.model_copy(update={"times": other.times}) == other
