"""The service that an item of an order is for, for the effects of its steps at the network."""

from collections.abc import Collection, Mapping
from uuid import UUID

from domain.catalogue.step_actions import StepAction
from domain.contracts.reasons import EndReason
from domain.inventory.characteristics import BY_NAME
from domain.inventory.secrets import SecretName, SecretPlace
from domain.ops.stuck_reasons import StuckReason
from domain.orders import network_changes
from domain.orders.network_changes import SIM
from domain.provisioning import restoring
from domain.provisioning.network_services import NetworkService, ServiceChange
from domain.provisioning.steps import Answer, Done, NotDone, Refused, Step
from runtime.secret_cipher import SecretCipher
from storage.contracts import following as contracts
from storage.database import Session
from storage.inventory import secrets, wanted
from storage.orders import item_steps, refreshing
from storage.orders.item_steps import ItemService, ItemStepRow
from storage.provisioning import network_ids, step_queries


class ItemSource:
    """See ServiceSource. ``row``: as it was read in the transaction that prepares the attempt."""

    def __init__(self, row: ItemStepRow, cipher: SecretCipher) -> None:
        self._row = row
        self._cipher = cipher
        self._secrets: Mapping[str, str] = {}

    @property
    def do(self) -> StepAction:
        """What the step does; of a step that undoes another: what that one does."""
        return StepAction(self._row.planned.do)

    def service(self, session: Session, step: Step) -> ItemService | None:
        """See ServiceSource. Opens the secrets that the step is to set."""
        if self._row.service is not None and self.do is StepAction.SET and step.undoes is None:
            self._secrets = self._opened(session, self._row.service)
        return self._row.service

    def change(self, network_id: str) -> ServiceChange:
        row = self._row
        number = row.service.number if row.service else None
        values = {**row.values, **self._secrets}
        if self.do is StepAction.SET and not values:  # a secret that is kept no more
            raise Refused(StuckReason.REFUSED, "nothing_to_set")
        return network_changes.change_of(self.do, network_id, values, number)

    def restorable(self) -> Collection[str]:
        return network_changes.restorable(self._row.parameters)

    def before(self, session: Session, step: Step) -> NetworkService | None:
        if self._row.read_action is None:
            return None
        found = step_queries.find(session, step.process_id, self._row.read_action)
        return restoring.service_of(found.receipt) if found and found.receipt else None

    def settled(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """See ServiceSource. With another SIM the activation code of an eSIM is of no use."""
        service, is_swap = self._row.service, self.do is StepAction.SWAP_SIM
        if isinstance(answer, Done) and is_swap and service is not None:
            secrets.forget_activation_code(session, service.id)
            _sim_replaced(session, service.id)
        item_steps.answered(session, step, answer, is_last=self._row.is_last)

    def keep_network_id(self, session: Session, step: Step, network_id: str) -> None:  # noqa: ARG002
        if self._row.service is not None:
            network_ids.keep(session, self._row.service.id, network_id)

    def keep_profile(self, session: Session, code: str, sim: str | None) -> None:
        """Seal the activation code of an eSIM, and record which SIM the service is to have."""
        row = self._row
        if row.service is None:
            return
        place = SecretPlace(row.order_id, row.number, SecretName.ACTIVATION_CODE)
        secrets.keep(session, place, row.service.id, self._cipher.seal(code, str(place)))
        if sim is not None:
            actor = refreshing.ENGINE
            wanted.apply(session, row.service.id, {SIM: sim}, row.order_id, actor=actor)
            _sim_replaced(session, row.service.id)

    def _opened(self, session: Session, service: ItemService) -> Mapping[str, str]:
        found = {}
        for name in SecretName:
            known, sets = BY_NAME.get(name), self._row.planned.sets
            if known is None or service.kind not in known.kinds or (sets and name not in sets):
                continue
            place = SecretPlace(self._row.order_id, self._row.number, name)
            sealed = secrets.find(session, place)
            if sealed is not None:
                found[name.value] = self._cipher.open(sealed, str(place))
        return found


def _sim_replaced(session: Session, service_id: UUID) -> None:
    """End what rests on the SIM that the service had: a Mobiil-ID."""
    reason = EndReason.SIM_REPLACED
    contracts.hosts_changed(session, [service_id], reason, actor=refreshing.ENGINE)
