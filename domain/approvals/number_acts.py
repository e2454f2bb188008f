"""The act by which the owner of a number lets it go to a service of somebody else's."""

from dataclasses import dataclass
from uuid import UUID

from domain.approvals.acts import Act, ActKind


@dataclass(frozen=True, slots=True)
class NumberGiven:
    """A number that leaves an account."""

    order_id: UUID
    """The order that takes it."""
    service_id: UUID
    """The service that has it."""
    number: str
    """E.164."""
    receiver_id: UUID
    """The company or person on whose account it is to be."""


def give(company_id: UUID | None, account_id: UUID, given: NumberGiven) -> Act:
    """Return the act that lets a number leave an account; ``company_id``: None: a person owns it.

    Nothing of the service that takes the number is in it, but whose it is.
    """
    data = {
        "order_id": str(given.order_id),
        "service_id": str(given.service_id),
        "number": given.number,
        "receiver_id": str(given.receiver_id),
    }
    return Act(ActKind.NUMBER_GIVE, company_id, account_id, data)


def given_by(act: Act) -> NumberGiven:
    """Return what an act of giving a number is about. Raises KeyError for other acts."""
    data = act.data
    return NumberGiven(
        UUID(data["order_id"]),
        UUID(data["service_id"]),
        data["number"],
        UUID(data["receiver_id"]),
    )
