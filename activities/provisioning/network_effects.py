"""Effects of a resend on the network: read the service, send what it should be, put it back."""

from activities.adapters.tmf640.network import Network
from domain.ops.stuck_reasons import StuckReason
from domain.processes import WaitsFor
from domain.provisioning import restoring
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.network_services import NetworkService, ServiceChange
from domain.provisioning.resend_settings import NETWORK_ID, READ, change_of
from domain.provisioning.steps import Answer, Done, NotDone, Refused, Step, Trouble
from domain.provisioning.targets import TargetKind
from storage.database import Session
from storage.provisioning import resends, step_queries
from storage.provisioning.resends import ResentService
from storage.requests import operations


class NetworkEffect:
    """Base of every effect on a service at the network. See Effect."""

    kind = TargetKind.NETWORK
    can_be_asked = True

    def __init__(self, network: Network) -> None:
        self._network = network
        self._is_ended = False
        self._is_corrected = False
        self._change = ServiceChange("")

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:
        """Read the service, and the id by which the network knows it."""
        operations.running(session, step.process_id, WaitsFor.NETWORK)
        service = resends.service_of(session, step.process_id)
        # It is refused when it is handed over: what may have happened is asked about before.
        self._is_ended = service is None or (service.is_ended and step.undoes is None)
        if service is None:
            return Prepared.READY
        self._is_corrected = NETWORK_ID in seen.correction
        network_id = seen.correction.get(NETWORK_ID, service.known_as)
        return self.plan(session, step, seen, service, network_id)

    def plan(
        self, session: Session, step: Step, seen: Seen, service: ResentService, network_id: str
    ) -> Prepared:
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

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Keep a corrected id of the service, once the network knows the service by it."""
        if self._is_corrected and isinstance(answer, Done):
            resends.keep_network_id(session, step.process_id, self._change.network_id)


class ReadService(NetworkEffect):
    """Read what the network has; the receipt keeps it, so that it can be put back."""

    def plan(
        self,
        session: Session,  # noqa: ARG002
        step: Step,  # noqa: ARG002
        seen: Seen,  # noqa: ARG002
        service: ResentService,  # noqa: ARG002
        network_id: str,
    ) -> Prepared:
        self._change = ServiceChange(network_id)
        return Prepared.READY

    def send(self, key: str) -> Answer:  # noqa: ARG002 # reading needs none
        there = self._network.read(self._change.network_id)
        if there.state is None:  # it could not be put back
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        return Done(restoring.receipt_of(there))

    def ask(self, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002 # reading again is as good
        return None


class SendSettings(NetworkEffect):
    """Make the service what ``change_of`` says.

    It is sent whatever the network shows: a resend is requested where what a network shows and
    what it does are thought to differ.
    """

    _before: NetworkService | None = None

    def plan(
        self, session: Session, step: Step, seen: Seen, service: ResentService, network_id: str
    ) -> Prepared:
        self._change = change_of(step.action, network_id, service.number, service.kind)
        self._before = _read(session, step) if seen.is_overtaken else None
        return Prepared.READY

    def send(self, key: str) -> Answer:
        """Send it, unless a step that overtook it has changed what it would set."""
        if self._before is not None:
            there = self._network.read(self._change.network_id)
            if restoring.is_outdated(self._before, there, self._change):
                raise Refused(StuckReason.OVERTAKEN)
        return super().send(key)


class RestoreService(NetworkEffect):
    """Put back what a step of this process changed, and what nobody has changed after it."""

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self._made = ServiceChange("")

    def plan(
        self,
        session: Session,
        step: Step,
        seen: Seen,  # noqa: ARG002 # it looks again in any case
        service: ResentService,
        network_id: str,
    ) -> Prepared:
        action = step.undoes or ""
        before, undone = _read(session, step), step_queries.find(session, step.process_id, action)
        if before is None or undone is None or not undone.may_have_happened:
            return Prepared.NOTHING
        self._made = change_of(action, network_id, service.number, service.kind)
        self._change = restoring.restoring(before, self._made)
        is_left = not restoring.changes_nothing(self._change)
        return Prepared.READY if is_left else Prepared.NOTHING

    def send(self, key: str) -> Answer:
        there = self._network.read(self._made.network_id)
        left = restoring.still_to_restore(there, self._made, self._change)
        return Done() if restoring.changes_nothing(left) else self._network.change(left, key)


def _read(session: Session, step: Step) -> NetworkService | None:
    """The service as this process has read it; None: it has not."""
    found = step_queries.find(session, step.process_id, READ)
    return restoring.service_of(found.receipt) if found and found.receipt else None
