"""Accepts changes of services and carries out each once, when it is due.

No timer runs: every reader calls ``settle`` first, which carries out the changes that are due, in
the order in which they became due. Everything runs in the one thread of the event loop and nothing
here awaits, so calls never interleave.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from simulators.faults import Fault
from simulators.network.applied import Applied, AppliedLog
from simulators.network.forms import number_of
from simulators.network.monitor_store import MonitorStore
from simulators.network.monitors import Change, Monitor, Outcome, accepted, over
from simulators.network.products import ACTS, Products, acts_of
from simulators.network.profiles import Profiles
from simulators.network.refusals import Refused, not_asked_to
from simulators.network.services import ServiceForm

SECONDS = 0.02
_STATUS = {"POST": 201, "PATCH": 200, "DELETE": 204}


class Activator:
    """Accepts and carries out changes.

    ``seconds``: how long newly accepted changes take; None: SECONDS where the answer is a monitor,
    and no time where it is the service.
    """

    def __init__(
        self, products: Products, monitors: MonitorStore, log: AppliedLog, profiles: Profiles
    ) -> None:
        self.seconds: float | None = None
        self._services = products.services
        self._products = products
        self._drifting: list[ServiceForm] = []
        self._monitors = monitors
        self._log = log
        self._profiles = profiles
        self._pending: list[Monitor] = []

    def accept(self, change: Change, fault: Fault | None) -> Monitor:
        """Return the monitor of the change: a new one, or the one of its key. Raises Refused."""
        self.settle()
        known = self._known(change)
        if known is not None:
            return known
        if fault is not None and fault.kind == "refuse":
            raise not_asked_to(fault.code)
        self._check(change)
        monitor = accepted(self._monitors.new_id(), change, self._time_needed(), fault)
        profile = self._profiles.now
        self._monitors.add(
            monitor, listed=profile.answers == "monitor", key=change.key if profile.keys else None
        )
        self._pending.append(monitor)
        if profile.answers == "service":
            self.settle()
        return monitor

    def would_accept(self, change: Change) -> bool:
        """Return whether the change is new and could be carried out."""
        self.settle()
        try:
            self._check(change)
        except Refused:
            return False
        return not (self._profiles.now.keys and self._monitors.under(change.key))

    def busy(self, service_id: str) -> bool:
        """Return whether a change of the service is in progress."""
        self.settle()
        return any(each.change.service_id == service_id for each in self._pending)

    def settle(self) -> None:
        """Carry out the changes that are due by now. What drifts does so at the next request."""
        for service in self._drifting:
            self._services.put(service)
        self._drifting.clear()
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
        self._monitors.forget()

    def shown(self, change: Change) -> ServiceForm:
        """Return the service after a change was accepted; a new one as it will be. Raises Refused.

        A change that is still in progress does not show.
        """
        return self.planned(change) if change.new else self._services.known(change.service_id)

    def planned(self, change: Change) -> ServiceForm:
        """Return the service as the change leaves it, if the change is a good one."""
        replaced = self._profiles.now.characteristics == "replaced"
        after = self._before(change).changed(change.body, replaced=replaced)
        return after.having(dict.fromkeys(ACTS))

    def _before(self, change: Change) -> ServiceForm:
        if change.new:
            return ServiceForm(id=change.service_id)
        return self._services.known(change.service_id)

    def _check(self, change: Change) -> None:
        """Raise Refused for a change that cannot be made."""
        self._services.check(change.service_id, new=change.new)
        if change.method != "DELETE":
            self._products.check(self._before(change), self.planned(change), acts_of(change.body))

    def _known(self, change: Change) -> Monitor | None:
        known = self._monitors.under(change.key) if self._profiles.now.keys else None
        if known is not None and not known.change.same(change):
            raise Refused(422, "idempotencyKeyReused", "Another request came under this key.")
        return known

    def _time_needed(self) -> float:
        if self.seconds is not None:
            return self.seconds
        return SECONDS if self._profiles.now.answers == "monitor" else 0

    def _complete(self, monitor: Monitor, at: datetime) -> None:
        change = monitor.change
        number = number_of(change.body) or self._services.number(change.service_id)
        try:
            outcome = self._carried_out(monitor)
        except Refused as refused:
            monitor.ends("InError", Outcome(refused.status, refused.body()))
            return
        monitor.ends("Completed", outcome)
        # Where no monitor is answered, a network that does a change doubly does it twice.
        twice = monitor.double and not self._monitors.listed(monitor)
        for _ in range(2 if twice else 1):
            self._log.add(Applied.of(change, at, number, monitor.id))

    def _carried_out(self, monitor: Monitor) -> Outcome:
        if monitor.refusal is not None:
            raise monitor.refusal
        change = monitor.change
        self._check(change)
        if change.method == "DELETE":
            self._services.remove(change.service_id)
            return Outcome(_STATUS["DELETE"], None)
        before = self._before(change)
        done = self._products.done(before, self.planned(change), acts_of(change.body))
        self._services.put(done)
        if monitor.drifts:
            self._drifting.append(before)
        href = change.base + self._services.href(done.id)
        return Outcome(_STATUS[change.method], done.view(href))


def _alike(one: Fault, other: Fault) -> bool:
    """Return whether both are one fault; the number of occurrences left does not matter."""
    return one.model_copy(update={"times": other.times}) == other
