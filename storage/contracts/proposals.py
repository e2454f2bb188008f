"""Table ``contract_proposal``: one for each contract in force of a company that ends.

Written with the register's state, in the transaction that aligns access. Nothing is written into
the contract: a register answer alone never ends one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.audit import Actor, EventKind
from domain.contracts.proposals import CAUSES, ProposalState
from domain.contracts.reasons import EndReason
from domain.contracts.states import ContractState
from domain.reasons import Reason
from domain.registry.register import CompanyStatus
from storage.audit import event_notes, events
from storage.audit.events import NewEvent
from storage.contracts import end_notices
from storage.database import Connection, Session
from storage.id_prefix import IdPrefix, ids_with_prefix

PROPOSED = Reason("contract_end_proposed", "The register gives cause to end it: a person decides")
TAKEN_BACK = Reason("contract_proposal_withdrawn", "The register gives no cause any more")
ACCEPTED = Reason("contract_proposal_accepted", "Operations ended the contract as proposed")
REJECTED = Reason("contract_proposal_rejected", "Operations keep the contract")


@dataclass(frozen=True, slots=True)
class Cause:
    """What the register says of a company, and the state that says so."""

    status: CompanyStatus
    proof: UUID


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal to end a contract."""

    id: UUID
    contract_id: UUID
    account_id: UUID
    company_id: UUID
    state: ProposalState
    reason: EndReason
    proof: UUID
    """The register state that gave cause."""
    opened_at: datetime
    ended_at: datetime | None
    product: str
    contract_state: ContractState


_LIVE = "c.state IN ('active', 'suspended')"
_SAID = (
    """jsonb_to_recordset(CAST(:said AS jsonb)) AS s(company_id uuid, reason text, proof uuid)"""
)
# A rejected one stays while the contract is to end: that may be called off.
_OVER = text(f"""
UPDATE contract_proposal p SET is_current = FALSE,
    state = CASE WHEN p.state = 'open' THEN 'withdrawn' ELSE p.state END,
    ended_at = COALESCE(p.ended_at, clock_timestamp())
FROM {_SAID} JOIN contract c ON TRUE
WHERE p.company_id = s.company_id AND c.id = p.contract_id AND p.is_current
    AND (s.reason IS DISTINCT FROM p.reason OR p.state = 'open' AND NOT {_LIVE})
RETURNING p.id, p.contract_id, c.account_id, p.company_id, p.reason, p.state = 'withdrawn' AS is_new
""")
_OPEN = text(f"""
INSERT INTO contract_proposal (id, contract_id, company_id, state, reason, proof)
SELECT gen_random_uuid(), c.id, s.company_id, 'open', s.reason, s.proof
FROM {_SAID} JOIN account a ON a.company_id = s.company_id
JOIN contract c ON c.account_id = a.id AND c.owner_id = s.company_id
WHERE s.reason IS NOT NULL AND {_LIVE} AND NOT EXISTS (
    SELECT FROM contract_proposal p WHERE p.contract_id = c.id AND p.is_current)
ORDER BY c.id
RETURNING id, contract_id, (SELECT account_id FROM contract WHERE contract.id = contract_id)
    AS account_id, company_id, reason
""")


def align(session: Session, said: Mapping[UUID, Cause], *, actor: Actor) -> None:
    """Propose the end of these companies' contracts, or take that back. Idempotent.

    The companies must be locked. One that was rejected is not proposed again for the same reason,
    unless the register said otherwise meanwhile. Who represents the company by then is told of a
    new proposal: their access must be aligned before.
    """
    rows = [
        {
            "company_id": str(company_id),
            "reason": None if (why := CAUSES.get(cause.status)) is None else why.value,
            "proof": str(cause.proof),
        }
        for company_id, cause in sorted(said.items())
    ]
    asked = {"said": json.dumps(rows)}
    over = [row for row in session.execute(_OVER, asked).all() if row.is_new]
    opened = session.execute(_OPEN, asked).all()
    lines = [_event(EventKind.CONTRACT_PROPOSAL_ENDED, row, TAKEN_BACK) for row in over]
    lines += [_event(EventKind.CONTRACT_END_PROPOSED, row, PROPOSED) for row in opened]
    events.append(session, lines, actor=actor)
    for row in opened:
        about = (row.id, row.contract_id, row.account_id)
        end_notices.end_proposed(session, *about, actor=actor)


def _event(kind: EventKind, row: Row[Any], why: Reason) -> NewEvent:
    return NewEvent(
        kind,
        subject_id=row.contract_id,
        account_id=row.account_id,
        company_id=row.company_id,
        reason=why,
        after={"proposal_id": str(row.id), "reason": row.reason},
    )


_COLUMNS = """p.id, p.contract_id, c.account_id, p.company_id, p.state, p.reason, p.proof,
    p.opened_at, p.ended_at, c.product, c.state AS contract_state
FROM contract_proposal p JOIN contract c ON c.id = p.contract_id"""
_PAGE = f"""
SELECT {_COLUMNS} WHERE (p.opened_at, p.id) < (
    COALESCE(CAST(:before AS timestamptz), 'infinity'), CAST(:before_id AS uuid)) {{which}}
ORDER BY p.opened_at DESC, p.id DESC LIMIT :limit
"""
_PAGES = {
    True: text(_PAGE.format(which=f"AND p.state = 'open' AND {_LIVE}")),
    False: text(_PAGE.format(which="")),
}
_LOCK = text("SELECT FROM contract_proposal WHERE id = :id FOR UPDATE")
_ONE = text(f"SELECT {_COLUMNS} WHERE p.id = :id")
_OF_CONTRACT = text("""
SELECT reason FROM contract_proposal WHERE contract_id = :id AND is_current AND state = 'open'
""")
_DECIDE = text("""
UPDATE contract_proposal SET state = :state, ended_at = clock_timestamp(),
    is_current = :state = 'rejected', decided_by = CAST(:actor AS jsonb)
WHERE id = :id
""")
_LAST = UUID(int=2**128 - 1)


def page_of(
    connection: Connection,
    *,
    only_open: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Proposal]:
    """Return proposals, the newest first; ``before``: time and id of the last one of a page."""
    at, id_ = before or (None, _LAST)
    asked = {"before": at, "before_id": id_, "limit": limit}
    return [_proposal(row) for row in connection.execute(_PAGES[only_open], asked)]


def read(connection: Connection | Session, proposal_id: UUID) -> Proposal | None:
    """Return a proposal; None: there is none of this id."""
    row = connection.execute(_ONE, {"id": proposal_id}).one_or_none()
    return None if row is None else _proposal(row)


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Return up to five proposals whose id begins so."""
    return ids_with_prefix(connection, "contract_proposal", prefix)


def lock(session: Session, proposal_id: UUID) -> Proposal | None:
    """Lock a proposal, after its contract, and return it; None: there is none."""
    session.execute(_LOCK, {"id": proposal_id})
    return read(session, proposal_id)


def proposed_end(connection: Connection | Session, contract_id: UUID) -> EndReason | None:
    """Return why the end of a contract is proposed now; None: it is not."""
    found = connection.execute(_OF_CONTRACT, {"id": contract_id}).scalar_one_or_none()
    return None if found is None else EndReason(found)


def decide(
    session: Session, proposal: Proposal, state: ProposalState, *, actor: Actor, note: str
) -> None:
    """Record what operations decided about a locked proposal that is open."""
    asked = {"id": proposal.id, "state": state, "actor": json.dumps(actor.as_json())}
    session.execute(_DECIDE, asked)
    event = NewEvent(
        EventKind.CONTRACT_PROPOSAL_ENDED,
        subject_id=proposal.contract_id,
        account_id=proposal.account_id,
        company_id=proposal.company_id,
        reason=ACCEPTED if state is ProposalState.ACCEPTED else REJECTED,
        after={"proposal_id": str(proposal.id), "reason": proposal.reason.value},
    )
    event_notes.append(session, event, note, actor=actor)


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        row.id,
        row.contract_id,
        row.account_id,
        row.company_id,
        ProposalState(row.state),
        EndReason(row.reason),
        row.proof,
        row.opened_at,
        row.ended_at,
        row.product,
        ContractState(row.contract_state),
    )
