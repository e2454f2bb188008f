"""What a product says of the contract that is needed to have it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.accounts import ServiceKind
from domain.catalogue.products import ProductStep


class Agreement(StrEnum):
    """How people agree to a contract."""

    CONFIRM = "confirm"
    """By confirming, freshly signed in."""
    SIGN = "sign"
    """By a qualified electronic signature of the document."""


class Party(StrEnum):
    """Who agrees to a contract, and may end it."""

    OWNER = "owner"
    """The account's owner: a person, or those who represent the company."""
    USER = "user"
    """The person who uses the host service, who may be another than its owner."""


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """The terms of a product's contract, and the steps that end it."""

    agreement: Agreement
    party: Party
    months: tuple[int, ...]
    """The committed terms to choose from, in months. 0: it can be ended at any time."""
    minimum_age: int | None
    """In years, of whoever agrees; None: it is not asked."""
    number_kept: timedelta
    """How long the number rests after the end."""
    lasts_years: int | None
    """It ends by itself after so many years; None: it does not."""
    host: ServiceKind | None
    """Kind of the service that it rests on, and ends with; None: on none."""
    ending: tuple[ProductStep, ...]
    """The steps that end it, in an order in which they can be carried out. The first is the pivot:
    an end that has begun is never undone."""
    ends_with_document: bool = False
    """It ends when the identity document of its user is replaced. Operators differ in that."""
