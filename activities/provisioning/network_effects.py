"""Effects on a service at the network: read it, make it what it should be, put it back.

Whose steps they are, and what these change, a ``ServiceSource`` says.
"""

from dataclasses import replace
from uuid import UUID

from activities.adapters.tmf640.network import Network
from activities.provisioning.service_source import ServiceSource
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning import restoring
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.network_services import NetworkService, ServiceChange
from domain.provisioning.resend_settings import NETWORK_ID
from domain.provisioning.steps import Answer, Done, NotDone, Refused, Step, Trouble
from domain.provisioning.targets import TargetKind
from storage.database import Session
from storage.inventory import readings
from storage.provisioning import step_queries


class NetworkEffect:
    """Base of every effect on a service at the network. See Effect."""

    kind = TargetKind.NETWORK
    can_be_asked = True

    def __init__(self, network: Network, source: ServiceSource) -> None:
        self._network = network
        self._source = source
        self._is_ended = False
        self._is_corrected = False
        self._change = ServiceChange("")

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:
        """Read the service, and the id by which the network knows it."""
        service = self._source.service(session, step)
        # It is refused when it is handed over: what may have happened is asked about before.
        self._is_ended = service is None or (service.is_ended and step.undoes is None)
        if service is None:
            return Prepared.READY
        self._is_corrected = NETWORK_ID in seen.correction
        network_id = seen.correction.get(NETWORK_ID, service.known_as)
        return self.plan(session, step, seen, network_id)

    def plan(self, session: Session, step: Step, seen: Seen, network_id: str) -> Prepared:
        """Find out what to change."""
        raise NotImplementedError

    def hand_over(self, key: str) -> Answer:
        """See Effect. Refused where the service has ended: nothing is sent for it any more."""
        if self._is_ended:
            raise Refused(StuckReason.SERVICE_ENDED)
        return self.send(key)

    def send(self, key: str) -> Answer:
        """Carry it out, for a service that has not ended."""
        return self._network.change(self._change, key)

    def ask(self, key: str, sent: Sent) -> Answer | None:
        return self._network.ask(self._change, key, sent)

    def restorable(self, change: ServiceChange) -> ServiceChange:
        """Return the part of a change that can be compared with what was read, and put back."""
        names = self._source.restorable()
        settings = {name: value for name, value in change.settings.items() if name in names}
        return replace(change, settings=settings)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Keep a corrected id of the service, once the network knows the service by it."""
        if self._is_corrected and isinstance(answer, Done):
            self._source.keep_network_id(session, step, self._change.network_id)
        self._source.settled(session, step, answer)
        if isinstance(answer, Done) and step.service_id is not None:
            self.keep_reading(session, step.service_id)

    def keep_reading(self, session: Session, service_id: UUID) -> None:
        """Keep what the network has of the service, now that it is done."""
        readings.set_since(session, service_id, self._change.settings)


class ReadService(NetworkEffect):
    """Read what the network has; the receipt keeps what can be put back."""

    _there: NetworkService | None = None

    def plan(
        self,
        session: Session,  # noqa: ARG002
        step: Step,  # noqa: ARG002
        seen: Seen,  # noqa: ARG002
        network_id: str,
    ) -> Prepared:
        self._change = ServiceChange(network_id)
        return Prepared.READY

    def send(self, key: str) -> Answer:  # noqa: ARG002 # reading needs none
        there = self._network.read(self._change.network_id)
        if there.state is None:  # it could not be put back
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        self._there = there
        return Done(restoring.receipt_of(there, self._source.restorable()))

    def ask(self, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002 # reading again is as good
        return None

    def keep_reading(self, session: Session, service_id: UUID) -> None:
        if self._there is not None:
            readings.store(session, service_id, self._there)


class SendSettings(NetworkEffect):
    """Make the service what its process says.

    It is sent whatever the network shows: what a network shows and what it does may differ.
    """

    _before: NetworkService | None = None

    def plan(self, session: Session, step: Step, seen: Seen, network_id: str) -> Prepared:
        self._change = self._source.change(network_id)
        self._before = self._source.before(session, step) if seen.is_overtaken else None
        return Prepared.READY

    def send(self, key: str) -> Answer:
        """Send it, unless a step that overtook it has changed what it would set."""
        if self._before is not None:
            there = self._network.read(self._change.network_id)
            if restoring.is_outdated(self._before, there, self.restorable(self._change)):
                raise Refused(StuckReason.OVERTAKEN)
        return super().send(key)


class TerminateService(NetworkEffect):
    """End a service that a step of this process made active, if it may have."""

    def plan(
        self,
        session: Session,
        step: Step,
        seen: Seen,  # noqa: ARG002 # ending it twice is ending it once
        network_id: str,
    ) -> Prepared:
        undone = step_queries.find(session, step.process_id, step.undoes or "")
        self._change = ServiceChange(network_id, state="terminated")
        is_left = undone is not None and undone.may_have_happened
        return Prepared.READY if is_left else Prepared.NOTHING

    def keep_reading(self, session: Session, service_id: UUID) -> None:
        readings.forget(session, [service_id])


class RestoreService(NetworkEffect):
    """Put back what a step of this process changed, and what nobody has changed after it."""

    _made = ServiceChange("")

    def plan(
        self,
        session: Session,
        step: Step,
        seen: Seen,  # noqa: ARG002 # it looks again in any case
        network_id: str,
    ) -> Prepared:
        before = self._source.before(session, step)
        undone = step_queries.find(session, step.process_id, step.undoes or "")
        if before is None or undone is None or not undone.may_have_happened:
            return Prepared.NOTHING
        self._made = self.restorable(self._source.change(network_id))
        self._change = restoring.restoring(before, self._made)
        is_left = not restoring.changes_nothing(self._change)
        return Prepared.READY if is_left else Prepared.NOTHING

    def send(self, key: str) -> Answer:
        there = self._network.read(self._made.network_id)
        left = restoring.still_to_restore(there, self._made, self._change)
        return Done() if restoring.changes_nothing(left) else self._network.change(left, key)

    def keep_reading(self, session: Session, service_id: UUID) -> None:
        readings.forget(session, [service_id])  # others may have changed it meanwhile
