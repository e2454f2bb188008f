"""Problems of delegations that are refused, and what each refusal means."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pydantic import Field

from api.http import limits
from api.http.problems import Problem
from api.http.schemas import ResponseModel
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.rates import LimitReached

TEXTS = {
    Refusal.UNKNOWN_ROLE: "No role of that name can be given",
    Refusal.UNKNOWN_PERMISSION: "A permission is unknown",
    Refusal.NO_PERMISSIONS: "Nothing is given",
    Refusal.MANAGE_NEEDS_PASS_ON: "access:manage is given only with the right to pass on",
    Refusal.FROM_IN_PAST: "The first day is over",
    Refusal.FROM_TOO_FAR: "The first day is more than a year from today",
    Refusal.THROUGH_BEFORE_FROM: "The last day is before the first",
    Refusal.THROUGH_IN_PAST: "The last day is over",
    Refusal.LONGER_THAN_FIVE_YEARS: "It would last longer than five years",
    Refusal.SERVICE_OF_ANOTHER_ACCOUNT: "A service is not an active one of the account",
    Refusal.ACCOUNT_NOT_ACTIVE: "The account is not active",
    Refusal.TO_YOURSELF: "Nobody gives to themselves",
    Refusal.RECEIVER_IS_COMPANY: "The receiver must be a person, not a company",
    Refusal.NOT_ALLOWED_TO_GIVE: "The giver has no right to give access to this account",
    Refusal.NEEDS_JOINT_APPROVAL: "The giver may act only together with others",
    Refusal.MAY_NOT_PASS_ON: "What the giver was given does not include the right to pass it on",
    Refusal.TOO_DEEP: "What was passed on cannot be passed on again",
    Refusal.BEYOND_PARENT_PERMISSIONS: "It gives more than the giver may pass on",
    Refusal.BEYOND_PARENT_SCOPE: "It reaches beyond the services that the giver may pass on",
    Refusal.BEYOND_PARENT_DATES: "It lasts beyond what the giver may pass on",
    Refusal.NOT_NARROWER: "It gives more than before: renew it, and the receiver accepts",
    Refusal.NOT_OPEN: "The offer or delegation is over, or was replaced",
    Refusal.BASIS_ENDED: "The giver has lost the right to give it",
    Refusal.TOO_MANY_OPEN_OFFERS: "The receiver has too many offers that wait for an answer",
}
"""What each refusal means."""


class DelegationRefusalReason(ResponseModel):
    """One reason for which a delegation is refused."""

    code: Refusal = Field(description="Stable, for programs. More may be added.")
    text: str


def shown(refusals: Sequence[Refusal]) -> list[DelegationRefusalReason]:
    """Return the refusals, each with what it means."""
    return [DelegationRefusalReason(code=each, text=TEXTS[each]) for each in refusals]


@contextmanager
def as_problems() -> Iterator[None]:
    """Turn refusals, and limits that are reached, into problems."""
    try:
        yield
    except DelegationRefused as error:
        detail = "; ".join(TEXTS[each] for each in error.refusals) + "."
        raise Problem("delegation_refused", detail, refusals=error.refusals) from None
    except LimitReached as reached:
        raise limits.too_many_requests(reached.retry_after) from None
