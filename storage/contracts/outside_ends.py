"""Ends whose moment is another operator's to say, beside the end that the customer has set.

The earlier of the two counts. The other one is kept, and counts once that one is called off.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.audit import Actor
from domain.contracts.reasons import EndReason, EndSource
from domain.contracts.states import ContractState
from domain.reasons import Reason
from storage.contracts import changing, end_notices, ending, service_access
from storage.contracts.ending import CALLED_OFF, ENDS, End
from storage.contracts.rows import StoredContract
from storage.database import Session

_NAMES = ("ends_at", "end_reason", "end_source", "end_by", "end_cost")


def set_moment(
    session: Session, contract: StoredContract, port_out_id: UUID, at: datetime, *, actor: Actor
) -> StoredContract:
    """Let a locked contract in force end when its number leaves, unless it ends before.

    Moves the moment where it was another one. One whose end has come stays. Idempotent.
    """
    if contract.ends_at is not None and contract.ends_at <= contract.now:
        return contract
    at, own = max(at, contract.now), _own_end(contract)
    outside = _columns(End(at, EndReason.PORTED_OUT), actor)
    if own is not None and own["ends_at"] <= at:
        return _end(session, contract, own, actor)
    if contract.port_out_id == port_out_id and contract.ends_at == at:
        return contract
    return _end(session, contract, outside, actor, port_out_id=port_out_id, before=own)


def set_own(session: Session, contract: StoredContract, end: End, *, actor: Actor) -> None:
    """Set the customer's end of a locked contract whose number is to leave.

    The earlier one counts; the later one counts where the earlier is called off.
    """
    own = _columns(end, actor)
    if contract.ends_at is not None and contract.ends_at <= end.at:
        changing.update(session, contract, end_before=_kept(own))
        return
    _end(session, contract, own, actor)


def call_off(
    session: Session, contract: StoredContract, port_out_id: UUID, *, actor: Actor
) -> StoredContract:
    """Call off the end by a number that does not leave: the contract is as before. Idempotent.

    One whose end has come stays, and so does an end that is not this one.
    """
    if contract.port_out_id != port_out_id:
        return contract
    if contract.ends_at is None or contract.ends_at <= contract.now:
        return contract
    own = _own_end(contract)
    if own is None:
        return ending.call_off(session, contract, actor=actor)
    return _end(session, contract, own, actor, why=CALLED_OFF)


def _own_end(contract: StoredContract) -> Mapping[str, Any] | None:
    """The end that is not another operator's."""
    if contract.port_out_id is None:
        is_ending = contract.state is ContractState.ENDING
        return {name: getattr(contract, name) for name in _NAMES} if is_ending else None
    before = contract.end_before
    if before is None:
        return None
    return {**before, "ends_at": datetime.fromisoformat(before["ends_at"])}


def _end(
    session: Session,
    contract: StoredContract,
    end: Mapping[str, Any],
    actor: Actor,
    *,
    port_out_id: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    why: Reason = ENDS,
) -> StoredContract:
    reason = EndReason(end["end_reason"])
    if port_out_id is None and contract.port_out_id is None and contract.ends_at == end["ends_at"]:
        return contract
    moved = changing.change(
        session,
        contract,
        ContractState.ENDING,
        actor=actor,
        why=why,
        facts={"ends_at": end["ends_at"].isoformat(), "reason": reason.value},
        **{**end, "end_reason": reason, "end_source": EndSource(end["end_source"])},
        end_is_from_outside=port_out_id is not None,
        port_out_id=port_out_id,
        end_before=None if before is None else _kept(before),
    )
    service_access.follow(session, contract.service_ids)
    end_notices.ends(session, moved, reason, actor=actor)
    return moved


def _columns(end: End, actor: Actor) -> Mapping[str, Any]:
    return {
        "ends_at": end.at,
        "end_reason": end.reason,
        "end_source": EndSource.HERE,
        "end_by": actor.as_json(),
        "end_cost": [dict(each) for each in end.cost],
    }


def _kept(end: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "ends_at": end["ends_at"].isoformat(),
        "end_reason": EndReason(end["end_reason"]).value,
        "end_source": EndSource(end["end_source"]).value,
        "end_by": end["end_by"],
        "end_cost": end["end_cost"],
    }
