"""Find what is missing for a yes: everything that could give access, and why it does not.

Pure: works on what storage found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.access import bars
from domain.access.decisions import Decision
from domain.access.grants import ACCOUNT_CLOSED, Grant, must_stand, role_for
from domain.access.permissions import ACCESS_ROLES, GIVEN_BY_NAME, Permission
from domain.access.remedies import Remedy
from domain.access.remedies import RemedyCode as Code
from domain.access.suspensions import Frozen, Suspension
from domain.accounts import AccountStatus
from domain.identifiers import PersonKey
from domain.reasons import Reason
from domain.registry.authority import ACTING, Authority, AuthorityKind, authority_of, sole_entry
from domain.registry.register import Capacity, RegisterState
from domain.signing_rules.readings import Reading, read_because, with_reading
from storage.access.grant_queries import Ended
from storage.accounts.account_queries import AccountRead
from storage.registry.register_state_queries import PastState


@dataclass(frozen=True, slots=True)
class Situation:
    """The rows that bear on one decision at one moment."""

    permission: Permission
    decision: Decision
    held: Sequence[Grant]
    past: Sequence[Ended]
    suspended: Sequence[Suspension]
    """What suspends the person or the account at that moment."""
    account: AccountRead
    person: PersonKey
    own: bool
    """The account is this person's own."""
    barred_since: datetime | None
    """Since when proved numbers give this person no access to the account; None: they do."""
    stated: PastState | None
    """The register state of the account's company; None: no company, or never queried."""
    reading: Reading | None
    """How officers read its signing rule; None: nobody has, or a machine reads it."""


@dataclass(frozen=True, slots=True)
class MissingRequirement:
    """One thing that is missing for a yes, and what would change it."""

    reason: Reason
    remedy: Remedy


def authority(situation: Situation) -> Authority | None:
    """Return the authority that the register state gives this person, read by officers or not."""
    stated, reading = situation.stated, situation.reading
    if stated is None:
        return None
    found = authority_of(situation.person, stated.state)
    if reading is None:
        return found
    read = authority_of(situation.person, with_reading(stated.state, reading.groups))
    return found if read == found else replace(read, reason=read_because(reading))


def missing(situation: Situation) -> list[MissingRequirement]:
    """List what is missing for a yes, the nearest to a yes first. Empty for a yes."""
    if situation.decision.allowed:
        return []
    return [
        *_frozen(situation),
        *_roles_too_small(situation),
        *_account_in_the_way(situation),
        *_past(situation),
        *_barred(situation),
        *_register(situation),
    ]


def _frozen(situation: Situation) -> Iterator[MissingRequirement]:
    for suspension in situation.suspended:
        if suspension.by_register is None:
            yield MissingRequirement(suspension.reason, Remedy(Code.FREEZE_LIFTED))
        elif suspension.holds_back:
            yield MissingRequirement(suspension.reason, Remedy(Code.COMPANY_EXISTS))


def _roles_too_small(situation: Situation) -> Iterator[MissingRequirement]:
    permission = situation.permission
    having = sorted(name for name, role in ACCESS_ROLES.items() if permission in role.permissions)
    for reason in situation.decision.reasons:
        if reason.code == "permission_not_in_role":
            facts = reason.facts | {"roles_with_permission": having}
            why = Reason(reason.code, reason.text, facts)
            by_role = Remedy(Code.ROLE_WITH_PERMISSION, {"roles": having})
            by_name = Remedy(Code.GIVEN_BY_NAME)
            yield MissingRequirement(why, by_name if permission in GIVEN_BY_NAME else by_role)
        elif reason.code == "other_service":
            yield MissingRequirement(reason, Remedy(Code.WIDER_SCOPE))


def _account_in_the_way(situation: Situation) -> Iterator[MissingRequirement]:
    account = situation.account
    if account.status is AccountStatus.CLOSED:
        yield MissingRequirement(ACCOUNT_CLOSED, Remedy(Code.ACCOUNT_OPENED))
    if account.person_id is not None and not situation.own:
        reason = Reason("private_account_of_another", "It is another person's private account")
        yield MissingRequirement(reason, Remedy(Code.OWNER_GIVES))


def _past(situation: Situation) -> Iterator[MissingRequirement]:
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
        yield MissingRequirement(Reason("access_ended", text, facts), Remedy(Code.NEW_GRANT))


def _barred(situation: Situation) -> Iterator[MissingRequirement]:
    if situation.barred_since is not None:
        reason = bars.reason_of(situation.barred_since)
        yield MissingRequirement(reason, Remedy(Code.BAR_LIFTED))


_REMEDIES = {
    "company_bankrupt": Code.TRUSTEE_ONLY,
    "company_deleted": Code.NOTHING_COMPANY_DELETED,
    "company_in_liquidation": Code.LIQUIDATOR_ONLY,
    "entry_unreadable": Code.RECORD_MENDED,
    "joint_representation": Code.ACT_TOGETHER,
    "legal_form_not_allowed": Code.NOTHING_LEGAL_FORM,
    "not_in_register": Code.NAMED_IN_REGISTER,
    "role_confers_nothing": Code.ROLE_THAT_REPRESENTS,
    "signing_rule_opaque": Code.CONDITIONS_READ,
    "signing_rule_read": Code.ACT_TOGETHER,
}
"""By the code of the reason why the register gives no sole right; else ``RIGHT_TO_ACT_ALONE``."""


def _register(situation: Situation) -> Iterator[MissingRequirement]:
    if situation.account.company_id is None:
        return
    found = authority(situation)
    if found is None:
        text = "The register was never queried about this company"
        yield MissingRequirement(
            Reason("register_never_asked", text), Remedy(Code.REGISTER_QUERIED)
        )
        return
    if found.kind is not AuthorityKind.SOLE:
        facts = found.reason.facts | ({"stands": True} if must_stand(found) else {})
        why = Reason(found.reason.code, found.reason.text, facts)
        yield MissingRequirement(why, Remedy(_REMEDIES.get(why.code, Code.RIGHT_TO_ACT_ALONE)))
    elif situation.account.status is AccountStatus.ACTIVE and not _holds(situation, found):
        text = "The register gives the right, but access does not follow it yet"
        yield MissingRequirement(Reason("not_aligned", text), Remedy(Code.NEXT_ALIGNMENT))


def _holds(situation: Situation, found: Authority) -> bool:
    # Access that is held back is there: alignment has nothing to add to it. What the register
    # gives is passed on by nobody, and not suspended by what it says of the company.
    held_back = any(
        suspension.holds_back
        and suspension.frozen is not Frozen.GIVER
        and suspension.by_register is None
        for suspension in situation.suspended
    )
    return held_back or any(grant.role == role_for(found) for grant in situation.held)


def roles_of(person: PersonKey, state: RegisterState) -> list[str]:
    """Return the register's own labels for this person in the company."""
    return sorted({holder.role for holder in state.holders if holder.person == person})


def capacity(situation: Situation) -> Capacity | None:
    """Return the capacity in which the register lets this person act, alone if it does."""
    if situation.stated is None:
        return None
    state = situation.stated.state
    own = [holder for holder in state.holders if holder.person == situation.person]
    acting = [holder.capacity for holder in own if holder.capacity in ACTING[state.status]]
    alone = sole_entry(own, state.status)
    return alone.capacity if alone else next(iter(sorted(acting)), None)


def names_in(state: RegisterState) -> dict[PersonKey, str]:
    """Return the names that the register gives to persons."""
    return {holder.person: holder.name for holder in state.holders if holder.person is not None}
