"""Review of access to an account: what may be decided about each grant, and what not.

What the register gives, and the owner's access to their own account, follow from elsewhere: they
are shown with what would change them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.access.grants import Origin
from domain.reasons import Reason


class ReviewDecision(StrEnum):
    """A decision about a grant or a delegation."""

    CONFIRM = "confirm"
    """Keep it as it is."""
    SHORTEN = "shorten"
    """Let it end with an earlier day."""
    END = "end"
    """End it now. Given by a proved number: the person is barred as well."""

    @property
    def takes_away(self) -> bool:
        """Return whether nobody has more access, or has it for longer, because of it."""
        return self is not ReviewDecision.CONFIRM


class ReviewRefusal(StrEnum):
    """Why a decision is not possible."""

    UNKNOWN = "unknown"
    """No such access to this account, or it is over."""
    BY_REGISTER = "by_register"
    OWN_ACCOUNT = "own_account"
    """The owner's access to their own account."""
    DELEGATED = "delegated"
    """A grant of a delegation: decisions are about the delegation as a whole."""
    ONLY_END = "only_end"
    """A proved number gives it: it can be ended only."""
    NEEDS_JOINT_APPROVAL = "needs_joint_approval"
    """Who decides acts only together with others: alone they take access away, and keep none."""
    NAMED_TWICE = "named_twice"
    THROUGH_IN_PAST = "through_in_past"
    NOT_SHORTER = "not_shorter"


ENDED_IN_REVIEW = Reason("ended_in_review", "Taken away when access to the account was reviewed")
SHORTENED_IN_REVIEW = Reason(
    "shortened_in_review", "Shortened when access to the account was reviewed"
)
CONFIRMED_IN_REVIEW = Reason(
    "confirmed_in_review", "Confirmed when access to the account was reviewed"
)
_IN_REGISTER = Reason(
    "change_in_register",
    "Change the entry in the register that names this person: access follows it",
)
_WITH_OWNER = Reason(
    "change_of_owner", "The account is this person's own: access follows who owns it"
)
_ALL = tuple(ReviewDecision)


@dataclass(frozen=True, slots=True)
class Standing:
    """Facts on which it depends what can be decided about a grant."""

    origin: Origin
    owned: bool
    """The account is the holder's own."""
    by_reading: bool = False
    """It follows from the register's signing rule, as officers read it."""

    @property
    def may(self) -> Sequence[ReviewDecision]:
        """The decisions that are possible."""
        if self.refusal is not None:
            return ()
        by_number = self.origin is Origin.NUMBER_VERIFICATION
        return (ReviewDecision.END,) if by_number else _ALL

    @property
    def refusal(self) -> ReviewRefusal | None:
        """Why nothing can be decided here; None: something can."""
        if self.origin is Origin.REGISTER or self.by_reading:
            return ReviewRefusal.BY_REGISTER
        if self.owned and self.origin in {Origin.OPERATOR, Origin.NUMBER_VERIFICATION}:
            return ReviewRefusal.OWN_ACCOUNT
        return None

    @property
    def how_to_change(self) -> Reason | None:
        """Return the way to change it, where nothing can be decided here."""
        if self.refusal is None:
            return None
        return _IN_REGISTER if self.refusal is ReviewRefusal.BY_REGISTER else _WITH_OWNER

    def against(self, decision: ReviewDecision) -> ReviewRefusal | None:
        """Return why this decision is not possible; None: it is."""
        if decision in self.may:
            return None
        return self.refusal or ReviewRefusal.ONLY_END


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: about a grant or a delegation, exactly one of which is given."""

    decision: ReviewDecision
    grant_id: UUID | None = None
    delegation_id: UUID | None = None
    through_day: date | None = None
    """The new last day, inclusive: where it is shortened."""

    @property
    def subject(self) -> str:
        """The field that names what is decided about."""
        return "grant_id" if self.grant_id is not None else "delegation_id"


@dataclass(frozen=True, slots=True)
class ReviewIssue:
    """A fault of one decision."""

    number: int
    """Which decision, from 0."""
    field: str
    code: str
    """A ``ReviewRefusal`` or a ``DelegationRefusal``."""


class ReviewRefused(Exception):
    """Some decisions are not possible: nothing was decided."""

    def __init__(self, issues: Sequence[ReviewIssue]) -> None:
        super().__init__(", ".join(issue.code for issue in issues))
        self.issues = issues
