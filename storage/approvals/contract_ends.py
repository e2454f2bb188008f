"""Carry out the act that ends a contract which a group confirmed, as it was previewed."""

from zoneinfo import ZoneInfo

from domain.approvals import contract_acts
from domain.audit import Actor
from domain.contracts.end_policy import EndNotPossible
from domain.contracts.end_preview import WantedEnd
from domain.contracts.reasons import EndSide
from domain.reasons import Reason
from storage.approvals.contract_sides import side_of
from storage.approvals.rows import StoredApproval
from storage.contract_orders import previewed_end
from storage.contract_orders.previewed_end import NotInForce
from storage.contracts import outside_ends, rows
from storage.contracts.rows import StoredContract
from storage.contracts.set_ends import SetEnds
from storage.database import Session

PREVIEW_CHANGED = Reason(
    "preview_changed", "Something else would end by now, or it would cost something else"
)


class PreviewChanged(Exception):
    """The contract would not end as those who confirmed were shown."""


def carry_out(session: Session, approval: StoredApproval, zone: ZoneInfo, actor: Actor) -> None:
    """Set the end of the contract. Raises PreviewChanged."""
    contract = rows.lock(session, approval.subject_id)
    side = None if contract is None else side_of(session, contract, approval)
    if contract is None or side is None or not _can_end(contract, side):
        raise PreviewChanged
    confirmed = contract_acts.ended_by(approval.act)
    wanted = WantedEnd(confirmed.reason, confirmed.on)
    try:
        preview = previewed_end.computed(session, contract, wanted, zone)
    except (EndNotPossible, NotInForce):
        raise PreviewChanged from None
    is_earlier = _is_free(contract) or preview.at < (contract.ends_at or preview.at)
    if preview.digest != confirmed.preview or not is_earlier:
        raise PreviewChanged
    previewed_end.set_as(session, preview, actor=actor, side=side)


def is_possible(session: Session, approval: StoredApproval) -> bool:
    """Return whether the contract is in force, and no end is set but by others than this group.

    Its number may be leaving, and its user may have set a later end: it can still be ended before.
    """
    contract = rows.read(session, approval.subject_id)
    side = None if contract is None else side_of(session, contract, approval)
    return contract is not None and side is not None and _can_end(contract, side)


def _can_end(contract: StoredContract, side: EndSide) -> bool:
    return contract.state.is_in_force and (_is_free(contract) or _is_others(contract, side))


def _is_free(contract: StoredContract) -> bool:
    return not outside_ends.is_own_set(contract)


def _is_others(contract: StoredContract, side: EndSide) -> bool:
    """Return whether persons of another side have set its end, which is still to come."""
    own = SetEnds.of(contract).own
    is_theirs = own is not None and own.side not in {None, side}
    return is_theirs and not contract.is_end_reached
