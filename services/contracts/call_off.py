"""Use case of those who set the end of a contract, and of staff: call it off.

Who represents an owner only together with others proposes that to them.
"""

from uuid import UUID

from domain.approvals import contract_goes_on_acts
from domain.approvals.acts import Act, ActKind
from domain.approvals.contract_goes_on_acts import EndCalledOff
from domain.audit import Actor
from domain.contracts.reasons import EndSide
from domain.contracts.states import ContractState
from services import launcher
from services.approvals.refusals import as_refused
from services.contracts import together
from services.contracts.end_previews import NOT_IN_FORCE
from services.contracts.locking import locked_contract
from services.contracts.sight import ContractSight
from services.contracts.together import Locked, Together
from services.engine import Engine
from services.errors import Refused
from storage.approvals import open_about
from storage.contracts import decisions, outside_ends
from storage.contracts.decisions import EndDecision
from storage.contracts.ending import EndReached
from storage.contracts.rows import StoredContract
from storage.contracts.set_ends import SetEnds
from storage.database import Session

_KIND = ActKind.CONTRACT_END_CANCEL


async def call_off(
    engine: Engine,
    contract_id: UUID,
    person_id: UUID | None,
    *,
    actor: Actor,
    note: str = "",
    jointly: Together | None = None,
) -> UUID | None:
    """Call an end off before its moment; the contract is what it was. Repeatable by a person.

    A person calls off the contract's own end, whether or not another one is earlier, and that one
    stays; only one that their side set: the user, the owner, or the number's owner. Decision 0062.
    ``person_id``: None: a member of staff, whose ``note`` says why, and who alone calls off what
    staff, another operator, a court or the operator's systems said: of two ends the one that
    counts, then the other counts. ``jointly``: how a person proposes it to others. Returns the
    approval in which those are to confirm it; None: nobody else is needed, and it is called off.

    Raises NotFound, LimitReached, or Refused: ``not_permitted``, ``needs_joint_approval``,
    ``contract_not_in_force``, ``end_reached``, ``end_from_outside``, or as approvals are refused.
    """

    def write(session: Session) -> UUID | None:
        locked = together.lock_open(session, contract_id, _KIND)
        contract, sight = locked_contract(session, contract_id, person_id)
        side = _side(sight, contract, jointly)
        if not _is_ending(contract):
            return None
        if side is not None and jointly is not None and person_id is not None:
            act, by = _act(contract, side, locked), jointly.proposer(_KIND, person_id)
            open_ = open_about.end_impossible(session, locked.open, actor)
            about = (act, contract.id, contract.ends_at)
            how = jointly.how
            return together.propose(session, *about, open_=open_, by=by, how=how, actor=actor)
        try:
            _call_off(session, contract, sight, actor, note)
        except EndReached:
            raise Refused("end_reached") from None
        open_about.end_impossible(session, locked.open, actor)
        return None

    with as_refused():
        approval_id = await engine.write(write)
    if approval_id is not None:
        await launcher.start(engine, approval_id)
    return approval_id


def _is_ending(contract: StoredContract) -> bool:
    """Return whether there is an end to call off. Raises Refused where it is over, or not begun."""
    if contract.state is ContractState.ENDED:
        raise Refused("end_reached")
    if not contract.state.is_in_force:
        raise Refused(NOT_IN_FORCE)
    return contract.state is ContractState.ENDING


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


def _act(contract: StoredContract, side: EndSide, locked: Locked) -> Act:
    """Return the act that calls off the end which a side has set."""
    own = SetEnds.of(contract).own
    if own is None or own.side is not side:
        raise Refused("end_from_outside")
    if contract.is_end_reached:
        raise Refused("end_reached")
    group = together.group_of(contract, side, locked)
    called_off = EndCalledOff(contract.id, own.end_reason, own.ends_at)
    return contract_goes_on_acts.call_off(group.company_id, group.account_id, called_off)


def _side(
    sight: ContractSight, contract: StoredContract, jointly: Together | None
) -> EndSide | None:
    """Return for whom they call it off together with others; None: they do it alone.

    Whoever may act on several sides does so on the one that has set the end.
    """
    own = SetEnds.of(contract).own
    set_by = None if own is None else own.side
    is_joint = sight.is_joint_on(set_by, contract) and not sight.is_on(set_by, contract)
    if sight.person_id is None or (sight.may_end(contract) and not is_joint):
        return None
    side = together.require_side(sight, contract, None if jointly is None else jointly.how)
    return set_by if is_joint else side
