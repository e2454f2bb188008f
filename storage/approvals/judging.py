"""Judge what an approval's confirmations amount to, by the company's current register state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.approvals.progress import Judgement
from domain.approvals.quorum import Filled, Missing, Unfillable, members, quorum
from domain.identifiers import PersonKey
from storage.approvals import confirmations
from storage.approvals.rows import StoredApproval
from storage.database import Connection
from storage.registry import effective_states
from storage.signing_rules import looks


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement, and what it was made from."""

    judgement: Judgement
    register_state_id: UUID
    as_of: datetime
    """When the register last confirmed that state."""
    confirmed: dict[PersonKey, UUID]
    """Whose confirmations count, the first to confirm first."""
    members: frozenset[PersonKey]
    """Everyone whose confirmation could count."""


class StateUnknown(LookupError):
    """No register state of the company is known: nobody represents it here."""


def judge(connection: Connection, approval: StoredApproval) -> Judged:
    """Judge the confirmations that stand now. Raises StateUnknown.

    The state does not change before the transaction ends only if the company is locked.
    """
    return _judged(connection, approval.company_id, confirmations.standing(connection, approval))


def judge_unconfirmed(connection: Connection, company_id: UUID) -> Judged:
    """Judge an act that nobody has confirmed: could it be, and by whom? Raises StateUnknown."""
    return _judged(connection, company_id, {})


def quorums(
    connection: Connection, approvals: Sequence[StoredApproval]
) -> dict[UUID, Filled | Missing | Unfillable]:
    """Return, by approval, what the confirmations that stand now amount to.

    Those of companies of which no register state is known are missing.
    """
    companies = sorted({approval.company_id for approval in approvals})
    found = effective_states.effective(connection, companies)
    confirmed = confirmations.standing_of(connection, [approval.id for approval in approvals])
    return {
        approval.id: quorum(found[approval.company_id].state, confirmed.get(approval.id, {}).keys())
        for approval in approvals
        if approval.company_id in found
    }


def _judged(connection: Connection, company_id: UUID, confirmed: dict[PersonKey, UUID]) -> Judged:
    found = effective_states.effective(connection, [company_id]).get(company_id)
    if found is None:
        raise StateUnknown
    stored, state = found.stored, found.state
    look = looks.confirmed(connection, company_id, stored.digest)
    judgement = Judgement(quorum(state, confirmed.keys()), found.reading is not None, look)
    return Judged(judgement, stored.id, stored.as_of, confirmed, members(state))
