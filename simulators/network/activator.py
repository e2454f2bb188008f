"""Accepts changes of services and carries out each once, when it is due.

No timer runs: every reader calls ``settle`` first, which carries out the changes that are due, in
the order in which they became due. Everything runs in the one thread of the event loop and nothing
here awaits, so calls never interleave.
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
    """Accepts and carries out changes. ``seconds``: how long newly accepted changes take."""

    def __init__(self, services: Services, log: AppliedLog) -> None:
        self.seconds = SECONDS
        self._services = services
        self._log = log
        self._by_id: dict[str, Monitor] = {}
        self._by_key: dict[str, Monitor] = {}
        self._pending: list[Monitor] = []

    def accept(self, change: Change, fault: Fault | None) -> Monitor:
        """Return the monitor of the change: a new one, or the one of its key. Raises Refused."""
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
        """Return whether the change is new and could be carried out."""
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
        """Return the monitor of the change with this key."""
        self.settle()
        return self._by_key.get(key)

    def settle(self) -> None:
        """Carry out the changes that are due by now."""
        for at, monitor in over(self._pending, datetime.now(UTC)):
            self._complete(monitor, at)
        self._pending = [each for each in self._pending if each.state == "InProgress"]

    def release(self, on: Iterable[Fault]) -> None:
        """Release the changes that are held by a fault that is no longer active."""
        for monitor in self._pending:
            if monitor.holder is not None and not any(_alike(monitor.holder, each) for each in on):
                monitor.released(datetime.now(UTC))

    def forget(self) -> None:
        """Forget all changes and their keys; those not carried out by now never are."""
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
    """Return whether both are one fault; the number of occurrences left does not matter."""
    return one.model_copy(update={"times": other.times}) == other
