"""Data of each kind of act: built from values, and read back when the act is shown or carried out.

Days are ISO 8601 dates, ids are UUIDs in text; what has no order of its own is sorted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.access.permissions import Permission
from domain.approvals.acts import Act, ActKind
from domain.delegations.terms import Terms


@dataclass(frozen=True, slots=True)
class Given:
    """The version of a delegation that an act offers to its receiver."""

    delegation_id: UUID
    version: int
    """Number of the version: 1 for a new delegation."""
    receiver_id: UUID
    terms: Terms


def give(company_id: UUID, account_id: UUID, given: Given) -> Act:
    """Return the act that offers a new delegation."""
    return Act(ActKind.DELEGATION_GIVE, company_id, account_id, _given_json(given))


def renew(company_id: UUID, account_id: UUID, given: Given) -> Act:
    """Return the act that offers another version of a delegation in force."""
    return Act(ActKind.DELEGATION_RENEW, company_id, account_id, _given_json(given))


def approve_request(company_id: UUID, account_id: UUID, request_id: UUID, given: Given) -> Act:
    """Return the act that approves an access request by giving a delegation."""
    data = _given_json(given) | {"request_id": str(request_id)}
    return Act(ActKind.ACCESS_REQUEST_APPROVE, company_id, account_id, data)


def keep(company_id: UUID, account_id: UUID, versions: Mapping[UUID, int]) -> Act:
    """Return the act that keeps delegations, each in the version that has this number."""
    kept = [
        {"delegation_id": str(id_), "version": versions[id_]} for id_ in sorted(versions, key=str)
    ]
    return Act(ActKind.DELEGATIONS_KEEP, company_id, account_id, {"delegations": kept})


def given_by(act: Act) -> Given:
    """Return what an act of giving, renewing or approving offers. Raises KeyError for others."""
    data = act.data
    return Given(
        UUID(data["delegation_id"]), data["version"], UUID(data["receiver_id"]), _terms(data)
    )


def without_receiver(act: Act) -> Act:
    """Return the act without the id of whom it gives something. Its digest is another one."""
    data = {name: value for name, value in act.data.items() if name != "receiver_id"}
    return Act(act.kind, act.company_id, act.account_id, data)


def request_of(act: Act) -> UUID:
    """Return the access request that an act approves. Raises KeyError for other acts."""
    return UUID(act.data["request_id"])


def kept_by(act: Act) -> dict[UUID, int]:
    """Return the delegations that an act keeps, with their versions. Raises KeyError for others."""
    return {UUID(each["delegation_id"]): each["version"] for each in act.data["delegations"]}


def _given_json(given: Given) -> dict[str, Any]:
    terms = given.terms
    return {
        "delegation_id": str(given.delegation_id),
        "version": given.version,
        "receiver_id": str(given.receiver_id),
        "role": str(terms.role),
        "permissions": sorted(map(str, terms.permissions)),
        "service_ids": sorted(map(str, terms.service_ids)),
        "from_day": terms.from_day.isoformat(),
        "through_day": terms.through_day.isoformat(),
        "may_pass_on": terms.may_pass_on,
    }


def _terms(data: Mapping[str, Any]) -> Terms:
    return Terms(
        data["role"],
        frozenset(map(Permission, data["permissions"])),
        frozenset(map(UUID, data["service_ids"])),
        date.fromisoformat(data["from_day"]),
        date.fromisoformat(data["through_day"]),
        data["may_pass_on"],
    )
