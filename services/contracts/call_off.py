"""Use case of those who set the end of a contract, and of staff: call it off."""

from uuid import UUID

from domain.audit import Actor
from domain.contracts.states import ContractState
from services.contracts.end_previews import NOT_IN_FORCE
from services.contracts.locking import locked_contract
from services.contracts.sight import ContractSight
from services.engine import Engine
from services.errors import Refused
from storage.contracts import decisions, outside_ends
from storage.contracts.decisions import EndDecision
from storage.contracts.ending import EndReached
from storage.contracts.rows import StoredContract
from storage.contracts.set_ends import SetEnds
from storage.database import Session


async def call_off(
    engine: Engine, contract_id: UUID, person_id: UUID | None, *, actor: Actor, note: str = ""
) -> None:
    """Call an end off before its moment; the contract is what it was. Repeatable by a person.

    A person calls off the contract's own end, whether or not another one is earlier, and that one
    stays; only one that their side set: the user, the owner, or the number's owner. Decision 0062.
    ``person_id``: None: a member of staff, whose ``note`` says why, and who alone calls off what
    staff, another operator, a court or the operator's systems said: of two ends the one that
    counts, then the other counts. Raises NotFound, or Refused: ``not_permitted``,
    ``needs_joint_approval``, ``contract_not_in_force``, ``end_reached``, ``end_from_outside``.
    """

    def write(session: Session) -> None:
        contract, sight = locked_contract(session, contract_id, person_id)
        if person_id is not None:
            _require_may_end(sight, contract)
        if contract.state is ContractState.ENDED:
            raise Refused("end_reached")
        if not contract.state.is_in_force:
            raise Refused(NOT_IN_FORCE)
        if contract.state is not ContractState.ENDING:
            return
        try:
            _call_off(session, contract, sight, actor, note)
        except EndReached:
            raise Refused("end_reached") from None

    await engine.write(write)


def _call_off(
    session: Session, contract: StoredContract, sight: ContractSight, actor: Actor, note: str
) -> None:
    """Call off an end of a locked contract that is ending. Raises EndReached."""
    if sight.person_id is None:
        outside_ends.call_off_counting(session, contract, actor=actor)
        decisions.record(session, contract, EndDecision.CALL_OFF, actor=actor, note=note)
        return
    if not sight.has_set(SetEnds.of(contract).own, contract):
        raise Refused("end_from_outside")
    outside_ends.call_off_own(session, contract, actor=actor)


def _require_may_end(sight: ContractSight, contract: StoredContract) -> None:
    if sight.may_end(contract):
        return
    is_joint = sight.joint_side(contract) is not None
    raise Refused("needs_joint_approval" if is_joint else "not_permitted")
