"""Use case: a person asks for an extract of call details."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.audit import Actor
from domain.call_details.extracts import ExtractRefusal, FileFormat, is_allowed, oldest_day
from domain.call_details.filters import UsageFilter, period_of_days
from domain.call_details.records import Direction, UsageKind
from domain.call_details.secrecy import Level, level_unasked, shows
from domain.days import day_of
from domain.numbers.sms_texts import Language
from services import launcher
from services.engine import Engine
from services.errors import NotFound, Refused
from services.extracts.reach import Reach, reach_of
from storage.database import Connection, Session, now
from storage.extracts import asking
from storage.extracts.asking import NewExtract, TooMany
from storage.extracts.rows import ExtractTerms


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's request for an extract."""

    from_day: date
    through_day: date
    services: frozenset[UUID]
    """Empty: all that they may have it of."""
    kinds: frozenset[UsageKind]
    direction: Direction | None
    is_roaming: bool | None
    min_cost: Decimal | None
    format: FileFormat
    language: Language
    level: Level | None
    """None: the whole of their own number, else with digits hidden."""
    purpose: str
    """Empty: none is stated."""


@dataclass(frozen=True, slots=True)
class Asker:
    """The person who asks, and the account."""

    account_id: UUID
    person_id: UUID
    actor: Actor


async def ask(engine: Engine, extract_id: UUID, who: Asker, asked: Asked, zone: ZoneInfo) -> None:
    """Ask for an extract; a worker makes it. Repeatable by its id.

    Accepted also while Temporal is unavailable: a worker starts it later.

    Raises:
        NotFound: this person does not see the account, or a service that they name.
        Refused: ``not_permitted`` if they may see no call details there; an ``ExtractRefusal``.
    """

    def write(session: Session) -> None:
        if asking.is_there(session, extract_id):
            return
        terms = _terms(session.connection(), who, asked, zone)
        # What nobody needs is not kept.
        purpose = asked.purpose if terms.level is Level.FULL else ""
        new = NewExtract(extract_id, who.account_id, who.person_id, terms, purpose)
        asking.request(session, new, actor=who.actor)

    try:
        await engine.write(write)
    except TooMany:
        raise Refused(ExtractRefusal.TOO_MANY) from None
    await launcher.start(engine, extract_id)


def _terms(connection: Connection, who: Asker, asked: Asked, zone: ZoneInfo) -> ExtractTerms:
    at = now(connection)
    reach = reach_of(connection, who.account_id, who.person_id, at, zone)
    today = day_of(at, zone)
    if not is_allowed(asked.from_day, asked.through_day, today):
        raise Refused(ExtractRefusal.PERIOD, _wrong_days(asked, today))
    services = asked.services or frozenset(reach.services)
    if not services <= reach.services.keys():
        raise NotFound
    period = period_of_days(asked.from_day, asked.through_day, zone)
    which = UsageFilter(
        period, services, asked.kinds, asked.direction, asked.is_roaming, asked.min_cost
    )
    return ExtractTerms(
        asked.from_day,
        asked.through_day,
        which,
        not asked.services,
        _level(reach, asked, period.start, services),
        asked.format,
        asked.language,
    )


def _wrong_days(asked: Asked, today: date) -> str:
    """Say what is wrong with a period that is not allowed, without repeating it."""
    if asked.through_day < asked.from_day:
        return "`through_day` is before `from_day`."
    if asked.through_day > today:
        return f"`through_day` is after today, {today}."
    return f"`from_day` is before the oldest day, {oldest_day(today)}."


def _level(reach: Reach, asked: Asked, begins_at: datetime, services: frozenset[UUID]) -> Level:
    allowed = reach.levels(begins_at, services)
    level = level_unasked(allowed) if asked.level is None else asked.level
    if level is None or level not in allowed:
        raise Refused(ExtractRefusal.LEVEL, "See `levels` and `own_from_day` of the choices.")
    if asked.direction is not None and not shows(level, asked.direction):
        # A file without a row would say that nobody called.
        raise Refused(ExtractRefusal.LEVEL, "Calls of this direction are shown at `own` only.")
    if level is Level.FULL and not asked.purpose.strip():
        raise Refused(ExtractRefusal.PURPOSE)
    return level
