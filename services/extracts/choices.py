"""Use case: what a person may choose from before they ask for an extract."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.accounts import ServiceLabel
from domain.call_details.extracts import oldest_day
from domain.call_details.secrecy import Level
from domain.days import day_of, start_of
from services.extracts.reach import Reach, reach_of
from storage.accounts.service_queries import ServiceRead
from storage.database import Connection, now

_MOST = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """A service of which a person may ask for call details, and how much of them."""

    label: ServiceLabel
    levels: Sequence[Level]
    own_from_day: date | None
    """First day that is wholly their own; None: the number is not theirs."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The extracts for which a person may ask on an account."""

    services: Sequence[Choice]
    """By id; the first of them."""
    has_more: bool
    levels: Sequence[Level]
    """Over all services together."""
    today: date


def read_choices(
    connection: Connection, account_id: UUID, person_id: UUID, zone: ZoneInfo
) -> Choices:
    """Return what a person may ask for. Raises as ``reach_of`` does."""
    at = now(connection)
    reach = reach_of(connection, account_id, person_id, at, zone)
    found = sorted(reach.services.values(), key=lambda each: each.id)
    return Choices(
        [_choice(reach, each, at, zone) for each in found[:_MOST]],
        len(found) > _MOST,
        _in_order(reach.levels(at, reach.services.keys())),
        day_of(at, zone),
    )


def _choice(reach: Reach, service: ServiceRead, at: datetime, zone: ZoneInfo) -> Choice:
    levels = reach.holder.levels(service.id, at)
    since = reach.holder.own_since.get(service.id) if Level.OWN in levels else None
    own_from = None if since is None else _first_whole_day(since, day_of(at, zone), zone)
    return Choice(service.label(), _in_order(levels), own_from)


def _first_whole_day(since: datetime, today: date, zone: ZoneInfo) -> date:
    """Return the first day that begins then or later; none that is too old to be asked for."""
    oldest = oldest_day(today)
    if since <= start_of(oldest, zone):
        return oldest
    day = day_of(since, zone)
    return day if start_of(day, zone) >= since else day + timedelta(days=1)


def _in_order(levels: frozenset[Level]) -> list[Level]:
    return [each for each in Level if each in levels]
