"""Check the terms of a delegation. Each check returns every refusal, not just the first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.access.permissions import Permission
from domain.delegations.basis import BasisKind
from domain.delegations.periods import (
    FARTHEST_YEARS,
    LONGEST_YEARS,
    last_of_years,
    years_later,
)
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.delegations.terms import Terms
from domain.identifiers import CompanyKey, InvalidIdentifier, PersonKey


@dataclass(frozen=True, slots=True)
class Parent:
    """A delegation that is passed on: its terms, and what it was passed on from itself."""

    terms: Terms
    parent_id: UUID | None = None


def receiver(country: str, code: str, *, today: date) -> PersonKey:
    """Return the key of the person who is to receive a delegation.

    Raises DelegationRefused where the code is a company's, InvalidIdentifier where it is nobody's.
    """
    try:
        return PersonKey.of(country, code, today=today)
    except InvalidIdentifier:
        if _is_company(country, code):
            raise DelegationRefused(Refusal.RECEIVER_IS_COMPANY) from None
        raise


def _is_company(country: str, code: str) -> bool:
    try:
        CompanyKey.of(country, code)
    except InvalidIdentifier:
        return False
    return True


def of_terms(
    terms: Terms, services: frozenset[UUID], *, today: date, before: Terms | None = None
) -> tuple[Refusal, ...]:
    """Return why these terms cannot be offered; empty: they can.

    ``services``: active ones of the account. ``before``: terms that these replace, whose first day
    may have passed.
    """
    return (*_of_permissions(terms), *_of_days(terms, today, before), *_of_scope(terms, services))


def _of_permissions(terms: Terms) -> Iterator[Refusal]:
    if not terms.permissions:
        yield Refusal.NO_PERMISSIONS
    if Permission.ACCESS_MANAGE in terms.permissions and not terms.may_pass_on:
        yield Refusal.MANAGE_NEEDS_PASS_ON
    if terms.needs_purpose and not (terms.purpose or "").strip():
        yield Refusal.PURPOSE_MISSING
    if terms.needs_purpose and terms.may_pass_on:
        yield Refusal.GIVEN_BY_NAME_ONLY


def _of_days(terms: Terms, today: date, before: Terms | None) -> Iterator[Refusal]:
    first, last = terms.from_day, terms.through_day
    if first < today and (before is None or first != before.from_day):
        yield Refusal.FROM_IN_PAST
    if first > years_later(today, FARTHEST_YEARS):
        yield Refusal.FROM_TOO_FAR
    if last < first:
        yield Refusal.THROUGH_BEFORE_FROM
    elif last < today:
        yield Refusal.THROUGH_IN_PAST
    if last > last_of_years(max(first, today), LONGEST_YEARS):
        yield Refusal.LONGER_THAN_FIVE_YEARS


def _of_scope(terms: Terms, services: frozenset[UUID]) -> Iterator[Refusal]:
    if not terms.service_ids <= services:
        yield Refusal.SERVICE_OF_ANOTHER_ACCOUNT


_ALL_CALL_DETAILS = frozenset(
    {
        Permission.CALL_DETAILS_FULL,
        Permission.CALL_DETAILS_REQUEST,
        Permission.CALL_DETAILS_VIEW,
    }
)


def may_be_to_oneself(terms: Terms, kind: BasisKind | None = None) -> bool:
    """Return whether a giver may be the receiver: of call details in full, who needs nobody else.

    Nobody else could give it to who represents a company alone, or owns a private account. Like
    anybody else they say what for, and it ends when they could not give it any more. ``kind``: None
    where it is not known yet on what basis they give.
    """
    alone = kind in {None, BasisKind.REGISTER, BasisKind.OWNER}
    return alone and terms.needs_purpose and terms.permissions <= _ALL_CALL_DETAILS


def of_passing_on(terms: Terms, parent: Parent) -> tuple[Refusal, ...]:
    """Return why these terms cannot be passed on from ``parent``; empty: they can."""
    return tuple(_beyond(terms, parent))


def _beyond(terms: Terms, parent: Parent) -> Iterator[Refusal]:
    if not parent.terms.may_pass_on:
        yield Refusal.MAY_NOT_PASS_ON
    if parent.parent_id is not None or terms.may_pass_on:
        yield Refusal.TOO_DEEP
    yield from beyond(terms, parent.terms)
    if terms.from_day < parent.terms.from_day or terms.through_day > parent.terms.through_day:
        yield Refusal.BEYOND_PARENT_DATES


def beyond(terms: Terms, given: Terms) -> Iterator[Refusal]:
    """Say why ``given`` does not include what these terms give, whenever and to pass on or not."""
    if not terms.permissions <= given.permissions:
        yield Refusal.BEYOND_PARENT_PERMISSIONS
    if not covers(given.service_ids, terms.service_ids):
        yield Refusal.BEYOND_PARENT_SCOPE


def covers(wide: frozenset[UUID], narrow: frozenset[UUID]) -> bool:
    """Return whether one choice of services covers another; empty: the whole account."""
    return not wide or (bool(narrow) and narrow <= wide)
