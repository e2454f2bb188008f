"""Why a decision is what it is: everything that could have given access, and why it does not.

Pure: from what storage found to findings, each with what would make it a yes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.access.decisions import Decision
from domain.access.grants import Grant, must_stand, role_for
from domain.access.permissions import ACCESS_ROLES, Permission
from domain.identifiers import PersonKey
from domain.reasons import Reason
from domain.registry.authority import Authority, Kind, authority_of
from domain.registry.register import RegisterState
from storage.access.grant_queries import Ended
from storage.accounts.queries import AccountRead
from storage.registry.register_states import Believed


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that bears on one question at one moment."""

    permission: Permission
    decision: Decision
    held: Sequence[Grant]
    past: Sequence[Ended]
    account: AccountRead
    person: PersonKey
    own: bool
    """The account is this person's own."""
    believed: Believed | None
    """What was believed of the account's company; None: the register never told, or no company."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is missing, and what would change the answer."""

    reason: Reason
    remedy: str


def authority(situation: Situation) -> Authority | None:
    """What the register's word gave this person."""
    believed = situation.believed
    return authority_of(situation.person, believed.state) if believed else None


def missing(situation: Situation) -> list[Finding]:
    """For a no: what is missing. The nearest to a yes comes first. Empty for a yes."""
    if situation.decision.allowed:
        return []
    return [
        *_roles_too_small(situation),
        *_account_in_the_way(situation),
        *_past(situation),
        *_register(situation),
    ]


def _roles_too_small(situation: Situation) -> Iterator[Finding]:
    permission = situation.permission
    having = sorted(name for name, role in ACCESS_ROLES.items() if permission in role.permissions)
    for reason in situation.decision.reasons:
        if reason.code == "permission_not_in_role":
            facts = reason.facts | {"roles_with_permission": having}
            told = Reason(reason.code, reason.text, facts)
            yield Finding(told, f"A grant with one of the roles {', '.join(having)}")
        elif reason.code == "other_service":
            yield Finding(reason, "A grant on this service, or on the whole account")


def _account_in_the_way(situation: Situation) -> Iterator[Finding]:
    account = situation.account
    if account.status == "closed":
        reason = Reason("account_closed", "The account is closed at the operator")
        yield Finding(reason, "The operator opens the account again")
    if account.person_id is not None and not situation.own:
        reason = Reason("private_account_of_another", "It is another person's private account")
        yield Finding(reason, "Its owner gives access")


def _past(situation: Situation) -> Iterator[Finding]:
    for end in situation.past:
        grant = end.grant
        facts = {
            "grant": str(grant.id),
            "role": grant.role,
            "ended_at": grant.until.isoformat() if grant.until else None,
            "because": end.reason.as_json() if end.reason else None,
        }
        text = f"Held the role {grant.role} until it ended"
        text += f": {end.reason.text}" if end.reason else " with its time"
        yield Finding(Reason("access_ended", text, facts), "A new grant")


_REMEDIES = {
    "company_bankrupt": "Only the trustee in bankruptcy can get access from the register",
    "company_deleted": "Nothing from the register: the company no longer exists",
    "company_in_liquidation": "Only the liquidator can get access from the register",
    "entry_unreadable": "The record is set aside: see /v1/sync/aside, and mend it at its source",
    "joint_representation": "The other representatives must act together with this person",
    "legal_form_not_allowed": "Nothing from the register for a company of this legal form",
    "no_sole_right": "The register must give this person the right to act alone",
    "not_in_register": "The register must name this person with the right to act alone",
    "role_confers_nothing": "The register must give a role that represents the company",
    "signing_rule_opaque": "A person must read the signing conditions: access by the operator",
}


def _register(situation: Situation) -> Iterator[Finding]:
    if situation.account.company_id is None:
        return
    found = authority(situation)
    if found is None:
        text = "The register was never asked about this company"
        yield Finding(Reason("register_never_asked", text), "The register is asked: a refresh")
        return
    if found.kind is not Kind.SOLE:
        facts = found.reason.facts | ({"stands": True} if must_stand(found) else {})
        told = Reason(found.reason.code, found.reason.text, facts)
        remedy = _REMEDIES.get(told.code, "The register must give the right to act alone")
        yield Finding(told, remedy)
    elif situation.account.status == "active" and not _holds(situation, found):
        text = "The register gives the right, but access does not follow it yet"
        yield Finding(Reason("not_aligned", text), "The next alignment: a refresh or a sync")


def _holds(situation: Situation, found: Authority) -> bool:
    return any(grant.role == role_for(found) for grant in situation.held)


def roles_of(person: PersonKey, state: RegisterState) -> list[str]:
    """The register's own labels for what this person is in the company."""
    return sorted({holder.role for holder in state.holders if holder.person == person})


def names_in(state: RegisterState) -> dict[PersonKey, str]:
    """How the register calls the persons whom it names."""
    return {holder.person: holder.name for holder in state.holders if holder.person is not None}
