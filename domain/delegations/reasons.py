"""Reasons of what delegations start and end."""

from uuid import UUID

from domain.access.permissions import GIVEN_BY_NAME
from domain.delegations.basis import Basis, BasisKind
from domain.delegations.states import DelegationEnd, VersionState
from domain.delegations.terms import Terms
from domain.reasons import Reason

_TEXTS = {
    BasisKind.REGISTER: "Given by a representative of the company",
    BasisKind.JOINT: "Given by representatives of the company together",
    BasisKind.OWNER: "Given by the owner of the account",
    BasisKind.DELEGATION: "Passed on by somebody to whom it was given",
    BasisKind.IMPORTED: "Given before, says the operator",
}

_ENDS = {
    DelegationEnd.EXPIRED: "Its last day is over",
    DelegationEnd.REVOKED: "It was taken back",
    DelegationEnd.WAIVED: "The person gave it up",
    DelegationEnd.REVIEW_LAPSED: "Nobody confirmed it after its giver had left",
    DelegationEnd.PARENT_ENDED: "The delegation that it was passed on from no longer covers it",
    DelegationEnd.OWNER_CHANGED: "The account belongs to somebody else now",
    DelegationEnd.ACCOUNT_CLOSED: "The account is closed at the operator",
    DelegationEnd.SERVICES_GONE: "Its services ended or moved to another account",
    DelegationEnd.SUSPENDED_TOO_LONG: "It was suspended for too long",
    DelegationEnd.GIVER_LEFT: "Its giver does not represent the company as before",
}

_NOT_ACCEPTED = {
    VersionState.DECLINED: "The person declined it",
    VersionState.WITHDRAWN: "It was withdrawn before it was accepted",
    VersionState.LAPSED: "It was not accepted in time",
}


def delegated(delegation_id: UUID, version: int, basis: Basis, terms: Terms) -> Reason:
    """Return the reason of a delegated grant: the whole chain, as it was when it was given.

    What is given by name is named, so that the history says it of itself.
    """
    by_name = sorted(map(str, terms.permissions & GIVEN_BY_NAME))
    facts = basis.as_json() | {
        "delegation": str(delegation_id),
        "version": version,
        "from": terms.from_day.isoformat(),
        "through": terms.through_day.isoformat(),
        **({"given_by_name": by_name} if by_name else {}),
    }
    return Reason("delegated", _TEXTS[basis.kind], facts)


def ended(how: DelegationEnd, delegation_id: UUID) -> Reason:
    """Return why a delegation, and each grant of it, ended."""
    return Reason(code_of_end(how), _ENDS[how], {"delegation": str(delegation_id)})


def code_of_end(how: DelegationEnd) -> str:
    """Return the code of the reason of an end."""
    return f"delegation_{how}"


def changed(delegation_id: UUID, version: int) -> Reason:
    """Return why a grant of a delegation is replaced: a newer version counts."""
    facts = {"delegation": str(delegation_id), "version": version}
    return Reason("delegation_changed", "The terms of the delegation changed", facts)


def confirmed(approval_id: UUID | None = None) -> Reason:
    """Return why a delegation stays: somebody who could end it said so.

    ``approval_id``: of the approval by which a group did; None: one did alone.
    """
    facts = {"approval": str(approval_id)} if approval_id else {}
    text = "A representative confirmed that it is to be kept"
    return Reason("delegation_confirmed", text, facts)


def not_accepted(state: VersionState, delegation_id: UUID, version: int) -> Reason:
    """Return why an offer is closed that was not accepted."""
    facts = {"delegation": str(delegation_id), "version": version}
    return Reason(f"delegation_{state}", _NOT_ACCEPTED[state], facts)
