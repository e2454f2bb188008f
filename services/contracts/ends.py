"""Use cases of those who may end a contract: preview its end, and set it.

Who represents its owner only together with others proposes the end to them.
"""

from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.approvals.acts import ActKind
from domain.audit import Actor
from domain.contracts.end_preview import WantedEnd
from services import launcher
from services.approvals.propose import Jointly
from services.approvals.refusals import as_refused
from services.contracts import end_previews, end_proposals, together
from services.contracts.end_previews import ShownEndPreview
from services.contracts.locking import locked_contract
from services.contracts.sight import ContractSight
from services.engine import Engine
from services.errors import Refused
from storage.approvals import open_about
from storage.contract_orders import previewed_end
from storage.contract_orders.previewed_end import EndPreview
from storage.contracts import outside_ends
from storage.contracts.rows import StoredContract
from storage.contracts.set_ends import SetEnds
from storage.database import Session

ALREADY_ENDING = "contract_ending"


class PreviewChanged(Refused):
    """What would end, or what it costs, is not what was confirmed any more."""

    def __init__(self, preview: ShownEndPreview) -> None:
        super().__init__("preview_changed")
        self.preview = preview


@dataclass(frozen=True, slots=True)
class SeenEnd:
    """The end of a contract as somebody was shown it, who wants it so."""

    contract_id: UUID
    person_id: UUID
    wanted: WantedEnd
    preview: str
    """Digest of the preview."""
    template_version: int | None = None
    """Of the text that they were shown; None: the current one."""


async def preview_end(
    engine: Engine, contract_id: UUID, person_id: UUID | None, wanted: WantedEnd, zone: ZoneInfo
) -> ShownEndPreview:
    """Return what ending a contract brings about, computed by the code that ends it.

    ``person_id``: who asks, and may end it, alone or with others; None: a member of staff. Raises
    NotFound, or Refused: ``not_permitted``, ``contract_not_in_force``, ``contract_ending``,
    ``end_not_possible``.
    """

    def try_out(session: Session) -> ShownEndPreview:
        contract, sight = locked_contract(session, contract_id, person_id)
        if person_id is not None and not _may_end_somehow(sight, contract):
            raise Refused("not_permitted")
        if outside_ends.is_own_set(contract) and not _is_other_sides(sight, contract):
            raise Refused(ALREADY_ENDING)
        computed = end_previews.computed(session, contract, wanted, zone)
        if not _is_free(sight, computed):
            raise Refused(ALREADY_ENDING)
        return end_previews.shown_to(session, sight, computed)

    return await engine.try_out(try_out)


async def end(
    engine: Engine, how: Jointly, id_: UUID, seen: SeenEnd, *, actor: Actor
) -> UUID | None:
    """Set the end of a contract as it was previewed, or propose it to a group. Repeatable.

    It is computed anew under the contract's lock. ``id_``: of the request. Returns the approval in
    which others are to confirm it; None: nobody else is needed, and the end is set.

    Raises:
        NotFound: this person does not see the contract.
        PreviewChanged: something else would end, or it would cost something else.
        Refused: ``not_permitted``, ``needs_joint_approval``, ``contract_not_in_force``,
            ``contract_ending``, ``end_not_possible``, or as approvals are refused.
        LimitReached: they have proposed too much lately.
    """

    def write(session: Session) -> UUID | None:
        return _end(session, how, id_, seen, actor)

    with as_refused():
        approval_id = await engine.write(write)
    if approval_id is not None:
        await launcher.start(engine, approval_id)
    return approval_id


def _end(session: Session, how: Jointly, id_: UUID, seen: SeenEnd, actor: Actor) -> UUID | None:
    locked = together.lock_open(session, seen.contract_id, ActKind.CONTRACT_END)
    contract, sight = locked_contract(session, seen.contract_id, seen.person_id)
    side = None if sight.may_end(contract) else together.require_side(sight, contract, how)
    preview = end_previews.computed(session, contract, seen.wanted, how.approvals.zone)
    if not is_to_be_set(session, sight, preview, seen.preview):
        return None
    if side is None:
        previewed_end.set_as(session, preview, actor=actor, side=sight.side(contract))
        open_about.end_impossible(session, locked.open, actor)
        return None
    group = together.group_of(contract, side, locked)
    by = how.proposer(ActKind.CONTRACT_END, id_, seen.person_id)
    if seen.template_version is not None:
        by = replace(by, template_version=seen.template_version)
    open_ = open_about.end_impossible(session, locked.open, actor)
    return end_proposals.propose(session, group, preview, open_=open_, by=by, how=how, actor=actor)


def is_to_be_set(session: Session, sight: ContractSight, preview: EndPreview, digest: str) -> bool:
    """Return whether an end is to be set as previewed; False: it is set so already.

    ``digest``: of what was seen. Raises PreviewChanged, or Refused: ``contract_ending``.
    """
    contract = preview.contract
    if not _is_free(sight, preview):
        if preview.digest != digest or not _is_set_so(contract, preview):
            raise Refused(ALREADY_ENDING)
        return False
    if preview.digest != digest:
        raise PreviewChanged(end_previews.shown_to(session, sight, preview))
    return True


def _may_end_somehow(sight: ContractSight, contract: StoredContract) -> bool:
    return sight.may_end(contract) or sight.joint_side(contract) is not None


def _is_free(sight: ContractSight, preview: EndPreview) -> bool:
    """Return whether an end can be set: none is, or a later one of another side.

    A user's end of a Mobiil-ID in years does not keep the owner of its number from ending it now.
    """
    contract = preview.contract
    if not outside_ends.is_own_set(contract):
        return True
    own = SetEnds.of(contract).own
    return _is_other_sides(sight, contract) and own is not None and preview.at < own.ends_at


def _is_other_sides(sight: ContractSight, contract: StoredContract) -> bool:
    """Return whether persons of another side have set its end, which has not come."""
    own = SetEnds.of(contract).own
    if own is None or own.side is None or contract.is_end_reached:
        return False
    is_theirs = sight.is_joint_on(own.side, contract) or sight.has_set(own, contract)
    return _may_end_somehow(sight, contract) and not is_theirs


def _is_set_so(contract: StoredContract, preview: EndPreview) -> bool:
    """Return whether its own end is set already as the preview says."""
    own = SetEnds.of(contract).own
    if own is None or own.end_reason is not preview.reason:
        return False
    return own.ends_at == preview.at or max(own.ends_at, preview.at) <= contract.now
