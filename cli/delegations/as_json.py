"""Delegations as JSON, of the API's shapes and names (docs/decisions/0079-terminal.md)."""

from typing import Any

from api.delegations.schemas import Delegation, DelegationBasis, DelegationTerms
from api.http.schemas import Reason
from domain.delegations.viewers import DelegationViewer
from storage.delegations.delegation_views import DelegationView
from storage.delegations.story_queries import DatedVersion, DelegatedGrant

_STAFF = DelegationViewer(None)


def delegation(view: DelegationView) -> dict[str, Any]:
    """A delegation as the API answers it to staff: who an offer is for only once they accept."""
    return Delegation.of(view, _STAFF).model_dump()


def version(dated: DatedVersion) -> dict[str, Any]:
    """One version of its terms, with the names of ``terms``; the API shows those in force."""
    found = dated.version
    return DelegationTerms.of(found).model_dump() | {
        "id": found.id,
        "state": found.state,
        "basis": DelegationBasis.of(found.basis).model_dump(),
        "is_imported": dated.imported,
        "created_at": dated.created_at,
        "accepted_at": dated.accepted_at,
    }


def grant(found: DelegatedGrant) -> dict[str, Any]:
    """A grant that carries it out; ``since`` null: it ended before it began."""
    reason = found.ended_reason
    return {
        "id": found.id,
        "service_id": found.service_id,
        "since": found.since,
        "until": found.until,
        "ended_reason": Reason.of(reason).model_dump() if reason else None,
    }
