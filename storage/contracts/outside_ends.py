"""Sets and calls off the two ends of a contract: its own, and the one of a number that leaves.

The earlier of the two counts. The other one is kept, and counts once that one is called off.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.audit import Actor
from domain.contracts.reasons import EndReason, EndSource
from domain.contracts.states import ContractState
from storage.contracts import end_notices, set_ends
from storage.contracts.ending import CALLED_OFF, ENDS, End, EndReached
from storage.contracts.rows import StoredContract
from storage.contracts.set_ends import SetEnd, SetEnds
from storage.database import Session


def set_moment(
    session: Session, contract: StoredContract, port_out_id: UUID, at: datetime, *, actor: Actor
) -> StoredContract:
    """Let a locked contract in force end when its number leaves, unless it ends before.

    Moves the moment where it was another one. One whose end has come stays. Idempotent.
    """
    ends = SetEnds.of(contract)
    at = max(at, contract.now)
    if _has_come(contract) or _is_at(ends, port_out_id, at):
        return contract
    outside = _set(End(at, EndReason.PORTED_OUT), actor)
    new = replace(ends, outside=outside, port_out_id=port_out_id)
    moved = set_ends.put(session, contract, new, actor=actor, why=ENDS)
    end_notices.number_leaves(session, moved, actor=actor)
    return moved


def set_own(
    session: Session, contract: StoredContract, end: End, *, actor: Actor
) -> StoredContract:
    """Set the own end of a locked contract in force. A moment that is past is now.

    Raises EndReached where its end has come.
    """
    if _has_come(contract):
        raise EndReached
    own = _set(replace(end, at=max(end.at, contract.now)), actor)
    new = replace(SetEnds.of(contract), own=own)
    return set_ends.put(session, contract, new, actor=actor, why=ENDS)


def follow_told(
    session: Session,
    contract: StoredContract,
    ends_at: datetime | None,
    *,
    is_over: bool,
    actor: Actor,
) -> StoredContract:
    """Let the earlier end of a locked contract count after a record about it was stored.

    ``ends_at``: of the record, which replaces an own end that was told, or takes it back, and none
    that was set here. ``is_over``: the record says that it has ended; nothing is left to be done.
    """
    ends = SetEnds.of(contract)
    is_told = ends.own is None or ends.own.end_source is EndSource.TOLD
    is_replaced = contract.end_is_from_outside and is_told
    if is_replaced:
        ends = replace(ends, own=None if ends_at is None else _told(ends_at, actor))
    is_over = is_over and is_replaced
    return set_ends.put(session, contract, ends, actor=actor, why=ENDS, is_over=is_over)


def call_off_moment(
    session: Session, contract: StoredContract, port_out_id: UUID, *, actor: Actor
) -> StoredContract:
    """Call off the end by a number that does not leave; an own end stays. Idempotent.

    One whose end has come stays, and so does the end by another port-out.
    """
    if not _is_to_come(contract, port_out_id):
        return contract
    return _call_off_outside(session, contract, actor)


def outlive(
    session: Session, contract: StoredContract, port_out_id: UUID, *, actor: Actor
) -> StoredContract:
    """Let a contract that has other numbers by now outlive the one that leaves. Idempotent.

    As ``call_off_moment``, but nobody is told that the number stays.
    """
    return (
        _without_outside(session, contract, actor)
        if _is_to_come(contract, port_out_id)
        else contract
    )


def call_off_own(session: Session, contract: StoredContract, *, actor: Actor) -> StoredContract:
    """Call off the own end of a locked contract; one from outside stays. Idempotent.

    Raises EndReached where its end has come, whichever it is.
    """
    if _has_come(contract):
        raise EndReached
    new = replace(SetEnds.of(contract), own=None)
    return set_ends.put(session, contract, new, actor=actor, why=CALLED_OFF)


def call_off_counting(
    session: Session, contract: StoredContract, *, actor: Actor
) -> StoredContract:
    """Call off the end of a locked contract that counts; the other one counts again.

    Raises EndReached where it has come.
    """
    ends = SetEnds.of(contract)
    if not ends.is_outside_first:
        return call_off_own(session, contract, actor=actor)
    if _has_come(contract):
        raise EndReached
    return _call_off_outside(session, contract, actor)


def is_own_set(contract: StoredContract) -> bool:
    """Return whether no other own end can be set: there is one, or the end has come."""
    is_set = SetEnds.of(contract).own is not None or _has_come(contract)
    return contract.state is ContractState.ENDING and is_set


def _call_off_outside(session: Session, contract: StoredContract, actor: Actor) -> StoredContract:
    moved = _without_outside(session, contract, actor)
    end_notices.number_stays(session, moved, actor=actor)
    return moved


def _without_outside(session: Session, contract: StoredContract, actor: Actor) -> StoredContract:
    new = SetEnds(SetEnds.of(contract).own, None)
    return set_ends.put(session, contract, new, actor=actor, why=CALLED_OFF)


def _is_to_come(contract: StoredContract, port_out_id: UUID) -> bool:
    """Return whether this port-out has set an end of the contract, and none has come."""
    ends = SetEnds.of(contract)
    is_its = ends.outside is not None and ends.port_out_id == port_out_id
    return is_its and not _has_come(contract)


def _has_come(contract: StoredContract) -> bool:
    return contract.ends_at is not None and contract.ends_at <= contract.now


def _is_at(ends: SetEnds, port_out_id: UUID, at: datetime) -> bool:
    is_known = ends.outside is not None and ends.port_out_id == port_out_id
    return is_known and ends.outside is not None and ends.outside.ends_at == at


def _told(at: datetime, actor: Actor) -> SetEnd:
    return SetEnd(at, EndReason.CUSTOMER, EndSource.TOLD, actor.as_json(), None, False)


def _set(end: End, actor: Actor) -> SetEnd:
    cost = [dict(each) for each in end.cost]
    by = end.set_by(actor)
    return SetEnd(end.at, end.reason, EndSource.HERE, by, cost, end.is_cost_known)
