"""Use cases of operations: contracts whose end the register gives cause for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.approvals.acts import ActKind
from domain.audit import Actor
from domain.contracts.end_policy import next_working_day
from domain.contracts.end_preview import WantedEnd
from domain.contracts.proposals import ProposalState
from domain.contracts.states import ContractState
from domain.contracts.working_days import holidays_of
from domain.days import day_of
from services.contracts import end_previews, together
from services.contracts.end_previews import NOT_IN_FORCE, ShownEndPreview
from services.contracts.ends import PreviewChanged
from services.contracts.sight import sight_on
from services.engine import Engine
from services.errors import NotFound, Refused
from storage.approvals import open_about
from storage.approvals.rows import StoredApproval
from storage.contract_orders import previewed_end
from storage.contract_orders.previewed_end import EndPreview
from storage.contracts import proposals, rows
from storage.contracts.proposals import Proposal
from storage.contracts.rows import StoredContract
from storage.database import Session

DECIDED = "proposal_decided"


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decides, and what they wrote."""

    actor: Actor
    note: str


async def list_proposals(
    engine: Engine, *, only_open: bool, before: tuple[datetime, UUID] | None, limit: int
) -> list[Proposal]:
    """Return proposals, the newest first. Open are those whose contract is in force."""
    return await engine.read(
        lambda c: proposals.page_of(c, only_open=only_open, before=before, limit=limit)
    )


async def preview(engine: Engine, proposal_id: UUID, zone: ZoneInfo) -> ShownEndPreview:
    """Return what accepting a proposal brings about, by the code that ends contracts.

    Raises NotFound, or Refused: ``proposal_decided``, ``contract_not_in_force``.
    """

    def try_out(session: Session) -> ShownEndPreview:
        proposal, contract = _open(session, proposal_id)
        return _shown(session, _computed(session, proposal, contract, zone))

    return await engine.try_out(try_out)


async def accept(
    engine: Engine, proposal_id: UUID, zone: ZoneInfo, by: Decided, *, digest: str
) -> Proposal:
    """End the contract as it was previewed: ``digest``. Repeatable.

    What its people have proposed about its end is ended.

    Raises NotFound, PreviewChanged, or Refused: ``proposal_decided``, ``contract_not_in_force``.
    """

    def write(session: Session) -> None:
        if _is(session, proposal_id, ProposalState.ACCEPTED):
            return
        open_ = _lock_approvals(session, proposal_id)
        proposal, contract = _open(session, proposal_id)
        found = _computed(session, proposal, contract, zone)
        if found.digest != digest:
            raise PreviewChanged(_shown(session, found))
        previewed_end.set_as(session, found, actor=by.actor)
        open_about.end_impossible(session, open_, by.actor)
        accepted = ProposalState.ACCEPTED
        proposals.decide(session, proposal, accepted, actor=by.actor, note=by.note)

    await engine.write(write)
    return await _read(engine, proposal_id)


async def reject(engine: Engine, proposal_id: UUID, by: Decided) -> Proposal:
    """Keep the contract, for as long as the register says the same. Repeatable.

    Raises NotFound, or Refused: ``proposal_decided``, ``contract_not_in_force``.
    """

    def write(session: Session) -> None:
        if _is(session, proposal_id, ProposalState.REJECTED):
            return
        proposal, _ = _open(session, proposal_id)
        rejected = ProposalState.REJECTED
        proposals.decide(session, proposal, rejected, actor=by.actor, note=by.note)

    await engine.write(write)
    return await _read(engine, proposal_id)


def _is(session: Session, proposal_id: UUID, state: ProposalState) -> bool:
    found = proposals.read(session, proposal_id)
    return found is not None and found.state is state


def _lock_approvals(session: Session, proposal_id: UUID) -> list[StoredApproval]:
    found = proposals.read(session, proposal_id)
    if found is None:
        raise NotFound
    return together.lock_open(session, found.contract_id, ActKind.CONTRACT_END).open


def _open(session: Session, proposal_id: UUID) -> tuple[Proposal, StoredContract]:
    """Lock the contract and the proposal, which must wait for a decision."""
    found = proposals.read(session, proposal_id)
    contract = None if found is None else rows.lock(session, found.contract_id)
    proposal = proposals.lock(session, proposal_id)
    if contract is None or proposal is None:
        raise NotFound
    if proposal.state is not ProposalState.OPEN:
        raise Refused(DECIDED)
    if contract.state not in {ContractState.ACTIVE, ContractState.SUSPENDED}:
        raise Refused(NOT_IN_FORCE)
    return proposal, contract


def _computed(
    session: Session, proposal: Proposal, contract: StoredContract, zone: ZoneInfo
) -> EndPreview:
    """Return how it ends as of the next working day: until then the end can be called off."""
    today, is_working_day = day_of(contract.now, zone), holidays_of(zone).is_working_day
    wanted = WantedEnd(proposal.reason, next_working_day(today, is_working_day))
    return end_previews.computed(session, contract, wanted, zone)


def _shown(session: Session, found: EndPreview) -> ShownEndPreview:
    sight = sight_on(session.connection(), found.contract, None)
    return end_previews.shown_to(session, sight, found)


async def _read(engine: Engine, proposal_id: UUID) -> Proposal:
    found = await engine.read(lambda connection: proposals.read(connection, proposal_id))
    if found is None:
        raise NotFound
    return found
