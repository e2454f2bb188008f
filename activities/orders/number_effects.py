"""Effects of a number that moves from one service to another."""

from activities.adapters.tmf640.network import Network
from activities.orders.item_source import ItemSource
from activities.provisioning.network_effects import RestoreService, SendSettings
from domain.catalogue.step_actions import StepAction
from domain.ops.stuck_reasons import StuckReason
from domain.orders.giving import NUMBER_GIVEN
from domain.provisioning.attempts import Prepared, Seen
from domain.provisioning.steps import Answer, Done, NotDone, Refused, Step
from storage.accounts import number_moves
from storage.database import Session
from storage.orders import refreshing
from storage.orders.item_steps import ItemStepRow


class MoveNumber(SendSettings):
    """Release the number, or take it: that moves it in our own rows, too.

    Refused where the giver has not the number any more that people agreed to move.
    """

    _is_given = True

    def __init__(self, network: Network, source: ItemSource, row: ItemStepRow) -> None:
        super().__init__(network, source)
        self._row = row

    def plan(self, session: Session, step: Step, seen: Seen, network_id: str) -> Prepared:
        giver = self._row.other_service_id
        if giver is not None:
            number = self._row.parameters[NUMBER_GIVEN]
            self._is_given = number_moves.can_give(session, giver, number)
        return super().plan(session, step, seen, network_id)

    def send(self, key: str) -> Answer:
        """Send it, unless the operator has told meanwhile that the number is elsewhere."""
        if not self._is_given:
            raise Refused(StuckReason.REFUSED, "number_elsewhere")
        return super().send(key)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Move the number in the transaction that settles the taking of it."""
        row = self._row
        giver, taker = row.other_service_id, row.item_service_id
        is_taken = isinstance(answer, Done) and row.planned.do == StepAction.TAKE_NUMBER
        if is_taken and giver is not None and taker is not None:
            number = row.parameters[NUMBER_GIVEN]
            actor, order_id = refreshing.ENGINE, row.order_id
            number_moves.move(session, number, giver, taker, order_id, actor=actor)
        super().settle(session, step, answer)


class GiveBackNumber(RestoreService):
    """Put a number back that was released, unless the operator has told that it is elsewhere.

    It may have left the operator meanwhile, or another service may have it.
    """

    def __init__(self, network: Network, source: ItemSource, row: ItemStepRow) -> None:
        super().__init__(network, source)
        self._row = row

    def plan(self, session: Session, step: Step, seen: Seen, network_id: str) -> Prepared:
        giver, number = self._row.other_service_id, self._row.parameters.get(NUMBER_GIVEN)
        if giver is not None and not number_moves.can_give(session, giver, str(number)):
            return Prepared.NOTHING
        return super().plan(session, step, seen, network_id)
