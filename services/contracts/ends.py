"""Use cases of those who may end a contract alone: preview its end, set it, call it off."""

from uuid import UUID
from zoneinfo import ZoneInfo

from domain.audit import Actor
from domain.contracts.end_preview import cost_line
from domain.contracts.states import ContractState
from domain.delegations.basis import BasisKind
from services.contracts import end_previews
from services.contracts.end_previews import NOT_IN_FORCE, EndPreview, ShownEndPreview, WantedEnd
from services.contracts.sight import ContractSight, sight_on
from services.engine import Engine
from services.errors import NotFound, Refused
from storage.contracts import ending, rows
from storage.contracts.ending import End, EndReached
from storage.contracts.rows import StoredContract
from storage.database import Session

ALREADY_ENDING = "contract_ending"


class PreviewChanged(Refused):
    """What would end, or what it costs, is not what was confirmed any more."""

    def __init__(self, preview: ShownEndPreview) -> None:
        super().__init__("preview_changed")
        self.preview = preview


async def preview_end(
    engine: Engine, contract_id: UUID, person_id: UUID | None, wanted: WantedEnd, zone: ZoneInfo
) -> ShownEndPreview:
    """Return what ending a contract brings about, computed by the code that ends it.

    ``person_id``: who asks, and may end it, alone or with others; None: a member of staff. Raises
    NotFound, or Refused: ``not_permitted``, ``contract_not_in_force``, ``contract_ending``,
    ``end_not_possible``.
    """

    def try_out(session: Session) -> ShownEndPreview:
        contract, sight = _locked(session, contract_id, person_id)
        if person_id is not None and not (_acts_jointly(sight) or sight.may_end(contract)):
            raise Refused("not_permitted")
        if contract.state is ContractState.ENDING:
            raise Refused(ALREADY_ENDING)
        computed = end_previews.computed(session, contract, wanted, zone)
        return end_previews.shown_to(session, sight, computed)

    return await engine.try_out(try_out)


async def end(
    engine: Engine,
    contract_id: UUID,
    person_id: UUID,
    wanted: WantedEnd,
    zone: ZoneInfo,
    *,
    digest: str,
    actor: Actor,
) -> None:
    """Set the end of a contract, as it was previewed: ``digest``. Repeatable.

    It is computed anew under the contract's lock. Raises NotFound, PreviewChanged, or Refused:
    ``not_permitted``, ``needs_joint_approval``, ``contract_not_in_force``, ``contract_ending``,
    ``end_not_possible``.
    """

    def write(session: Session) -> None:
        contract, sight = _locked(session, contract_id, person_id)
        _require_may_end(sight, contract)
        preview = end_previews.computed(session, contract, wanted, zone)
        if contract.state is ContractState.ENDING:
            if preview.digest != digest or not _is_set_so(contract, preview):
                raise Refused(ALREADY_ENDING)
            return
        if preview.digest != digest:
            raise PreviewChanged(end_previews.shown_to(session, sight, preview))
        cost = [cost_line(each) for each in preview.terms.cost]
        ending.schedule(session, contract, End(preview.at, wanted.reason, cost), actor=actor)

    await engine.write(write)


async def call_off(
    engine: Engine, contract_id: UUID, person_id: UUID | None, *, actor: Actor
) -> None:
    """Call an end off before its moment; the contract is what it was. Repeatable.

    ``person_id``: None: a member of staff, who alone calls off what another operator or a court
    said. Raises NotFound, or Refused: ``not_permitted``, ``needs_joint_approval``,
    ``contract_not_in_force``, ``end_reached``, ``end_from_outside``.
    """

    def write(session: Session) -> None:
        contract, sight = _locked(session, contract_id, person_id)
        if person_id is not None:
            _require_may_end(sight, contract)
        if contract.state is ContractState.ENDED:
            raise Refused("end_reached")
        if not contract.state.is_in_force:
            raise Refused(NOT_IN_FORCE)
        if contract.state is not ContractState.ENDING:
            return
        if contract.end_is_from_outside and person_id is not None:
            raise Refused("end_from_outside")
        try:
            ending.call_off(session, contract, actor=actor)
        except EndReached:
            raise Refused("end_reached") from None

    await engine.write(write)


def _locked(
    session: Session, contract_id: UUID, person_id: UUID | None
) -> tuple[StoredContract, ContractSight]:
    """Lock a contract that this person sees; return it with what they may do. Raises NotFound."""
    contract = rows.lock(session, contract_id)
    if contract is None:
        raise NotFound
    sight = sight_on(session.connection(), contract, person_id)
    if not sight.sees(contract):
        raise NotFound
    return contract, sight


def _require_may_end(sight: ContractSight, contract: StoredContract) -> None:
    if sight.may_end(contract):
        return
    raise Refused("needs_joint_approval" if _acts_jointly(sight) else "not_permitted")


def _acts_jointly(sight: ContractSight) -> bool:
    return sight.basis is BasisKind.JOINT


def _is_set_so(contract: StoredContract, preview: EndPreview) -> bool:
    """Return whether its end is set already as the preview says."""
    if contract.end_reason is not preview.reason or contract.ends_at is None:
        return False
    return contract.ends_at == preview.at or max(contract.ends_at, preview.at) <= contract.now
