"""The service that a resend is about, for the effects of its steps."""

from collections.abc import Collection

from domain.processes import WaitsFor
from domain.provisioning import restoring
from domain.provisioning.network_services import NetworkService, ServiceChange
from domain.provisioning.resend_settings import CONFIGURE, READ, change_of
from domain.provisioning.steps import Answer, NotDone, Step
from storage.database import Session
from storage.provisioning import network_ids, resends, step_queries
from storage.provisioning.resends import ResentService
from storage.requests import operations


class ResendSource:
    """See ServiceSource."""

    _service: ResentService | None = None
    _action = ""

    def service(self, session: Session, step: Step) -> ResentService | None:
        operations.running(session, step.process_id, WaitsFor.NETWORK)
        self._service = resends.service_of(session, step.process_id)
        self._action = step.undoes or step.action
        return self._service

    def change(self, network_id: str) -> ServiceChange:
        return self._change(self._action, network_id)

    def restorable(self) -> Collection[str]:
        return self._change(CONFIGURE, "").settings.keys()

    def before(self, session: Session, step: Step) -> NetworkService | None:
        found = step_queries.find(session, step.process_id, READ)
        return restoring.service_of(found.receipt) if found and found.receipt else None

    def settled(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """See ServiceSource. The activity that ends a resend does all that follows."""

    def keep_network_id(self, session: Session, step: Step, network_id: str) -> None:  # noqa: ARG002
        if self._service is not None:
            network_ids.keep(session, self._service.id, network_id)

    def _change(self, action: str, network_id: str) -> ServiceChange:
        if self._service is None:
            raise LookupError("the resend has no service")
        service = self._service
        return change_of(action, network_id, service.settings, is_shut_off=service.is_shut_off)
