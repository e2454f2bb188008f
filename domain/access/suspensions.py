"""Suspensions: access that exists and is not in force for a time, and why.

A suspension is read, never written into grants: docs/decisions/0028-suspension-is-read.md.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.audit import Actor
from domain.reasons import Reason
from domain.registry.register import CompanyStatus, RegisterState


class SuspensionKind(StrEnum):
    """Kind of a suspension: who began it, and so who ends it."""

    FREEZE = "freeze"
    """An operator began it; two members of staff end it. It holds back all access."""
    COMPANY = "company"
    """The register says that the account's company is deleted or bankrupt, and ends it by saying
    otherwise. It holds back what is delegated on the account, and nothing else."""


class Frozen(StrEnum):
    """Subject of a suspension, as it bears on a person's access to an account."""

    PERSON = "person"
    ACCOUNT = "account"
    GIVER = "giver"
    """The person who passed the access on."""


class FreezeReason(StrEnum):
    """Why an operator freezes. Alphabetical; may grow."""

    AUTHORITY_ORDER = "authority_order"
    CREDENTIAL_STOLEN = "credential_stolen"
    DISPUTE = "dispute"
    FRAUD_SUSPECTED = "fraud_suspected"


TEXTS: dict[FreezeReason, str] = {
    FreezeReason.AUTHORITY_ORDER: "An authority ordered it",
    FreezeReason.CREDENTIAL_STOLEN: "The person's means of logging in are stolen or lost",
    FreezeReason.DISPUTE: "There is a dispute about who may act",
    FreezeReason.FRAUD_SUSPECTED: "Fraud is suspected",
}
"""What each reason means, for people."""


def because(code: FreezeReason) -> Reason:
    """Return the reason of a freeze as it is stored."""
    return Reason(code.value, TEXTS[code])


_SAID: dict[CompanyStatus, str] = {
    CompanyStatus.BANKRUPT: "is bankrupt",
    CompanyStatus.DELETED: "is deleted",
}
"""What the register says of a company whose delegations are suspended."""
SUSPENDING = frozenset(_SAID)


def suspends_delegations(state: RegisterState) -> Reason | None:
    """Return why delegations on the company's accounts are suspended; None: they are not."""
    said = _SAID.get(state.status)
    if said is None:
        return None
    on = f"{state.as_of.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    text = f"Delegations are suspended: the company {said}, says the register of {on}"
    facts = {"status": state.status.value, "as_of": state.as_of.isoformat(), "on": on}
    return Reason("delegations_suspended", text, facts)


LONGEST_SUSPENSION = timedelta(days=90)
"""The longest time after which delegations of such a company end, if the register stands by it."""
RESTORED = Reason(
    "delegations_restored", "The company is neither deleted nor bankrupt, says the register"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is frozen: a person or an account. Exactly one of them is given."""

    person_id: UUID | None = None
    account_id: UUID | None = None

    @property
    def id(self) -> UUID:
        """The id of the person or account. Raises ValueError where neither or both are given."""
        (id_,) = (each for each in (self.person_id, self.account_id) if each is not None)
        return id_

    @property
    def frozen(self) -> Frozen:
        """Which of them it is."""
        return Frozen.PERSON if self.person_id is not None else Frozen.ACCOUNT


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension that bears on a person's access to an account."""

    frozen: Frozen
    since: datetime
    holds_back: bool
    """The person holds a grant that would be in force without it."""
    by_register: Reason | None = None
    """Status in the register that suspends delegations; None: an operator froze."""

    @property
    def reason(self) -> Reason:
        """The reason of a refusal during it. Why it was frozen is for staff alone."""
        if self.by_register is not None:
            why = self.by_register
            return Reason(why.code, why.text, why.facts | {"since": self.since.isoformat()})
        whom = "person who passed it on" if self.frozen is Frozen.GIVER else self.frozen
        text = f"Access is frozen: the operator froze the {whom}"
        facts = {"frozen": self.frozen.value, "since": self.since.isoformat()}
        return Reason("access_frozen", text, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """A freeze by an operator, and how far its lifting is."""

    id: UUID
    subject: Subject
    person_name: str | None
    """None: an account is frozen."""
    account_reference: str | None
    """None: a person is frozen. So is ``account_name``."""
    account_name: str | None
    reason: Reason
    """A ``FreezeReason`` with its text."""
    begun_at: datetime
    begun_by: Actor
    note: str | None
    """What the operator wrote who froze; None: it is erased."""
    lift_requested_by: Actor | None
    lift_requested_at: datetime | None
    lift_note: str | None
    """What the operator wrote who asked to lift it; None: nobody asked, or it is erased."""
    lifted_by: Actor | None
    lifted_at: datetime | None


class FreezeAct(StrEnum):
    """An act of staff on a freeze in force."""

    REQUEST_LIFT = "request_lift"
    WITHDRAW_LIFT_REQUEST = "withdraw_lift_request"
    LIFT = "lift"
    """Another one than who asked."""


def acts_on(freeze: Freeze, by: Actor) -> list[FreezeAct]:
    """Return what this member of staff may do about the freeze as it is."""
    if freeze.lifted_at is not None:
        return []
    if freeze.lift_requested_by is None:
        return [FreezeAct.REQUEST_LIFT]
    lifts = [FreezeAct.LIFT] if obstacle_to_lifting(freeze, by) is None else []
    return [*lifts, FreezeAct.WITHDRAW_LIFT_REQUEST]


def obstacle_to_lifting(freeze: Freeze, by: Actor) -> str | None:
    """Return why this member of staff may not lift the freeze, a problem's code; None: they may.

    Four eyes: whoever asked is not the one who lifts. They are compared by their staff ids.
    """
    if freeze.lifted_at is not None:
        return "freeze_lifted"
    if freeze.lift_requested_by is None:
        return "lift_not_requested"
    if freeze.lift_requested_by.id == by.id:
        return "second_person_needed"
    return None
