"""Extracts of call details, and usage records for them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec

from activities.adapters.billing.usage_wire import UsageOnWire, record_of
from domain.call_details.extracts import FileFormat
from domain.call_details.filters import UsageFilter, period_of_days
from domain.call_details.records import UsageRecord
from domain.call_details.secrecy import Level
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from services.parties.people import ensure_person
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from storage.extracts import asking, ends, places
from storage.extracts.asking import NewExtract
from storage.extracts.places import Part
from storage.extracts.rows import ExtractTerms
from tests.builders.people import MARI
from tests.builders.rows import ENGINE, put, rows

TALLINN = ZoneInfo("Europe/Tallinn")
SERVICE = UUID("9c000000-0000-4000-8000-000000000001")
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
STARTED = datetime(2026, 11, 3, 12, 0, tzinfo=TALLINN)


def terms(
    level: Level = Level.MASKED,
    *,
    first: date = FIRST,
    last: date = LAST,
    services: Iterable[UUID] = (SERVICE,),
    format_: FileFormat = FileFormat.CSV,
    language: Language = Language.ENGLISH,
    **narrower: Any,
) -> ExtractTerms:
    """What an extract is of; ``narrower``: more of the filter's fields."""
    which = UsageFilter(period_of_days(first, last, TALLINN), frozenset(services))
    return ExtractTerms(first, last, replace(which, **narrower), False, level, format_, language)


def new_extract(
    id_: UUID, account_id: UUID, person_id: UUID, of: ExtractTerms | None = None
) -> NewExtract:
    """An extract that this person asks for."""
    return NewExtract(id_, account_id, person_id, of or terms())


def made_by(database: Database, of: ExtractTerms | None = None, who: PersonKey = MARI) -> UUID:
    """An extract that somebody asked for, on an account of its own; nothing of it is read."""
    account, id_ = AccountFacts(uuid4(), str(uuid4()), "Näidis OÜ", who), uuid4()
    put(database, account)
    person_id = ensure_person(database, who)
    with database.transaction() as session:
        asking.request(session, new_extract(id_, account.id, person_id, of), actor=ENGINE)
    return id_


def put_chunk(database: Database, *contents: bytes) -> None:
    """Make every extract that is in the making: these are the chunks of its CSV."""
    contents = contents or (b"started_at\r\n",)
    for (id_,) in rows(database, "SELECT id FROM extract WHERE state = 'making'"):
        with database.transaction() as session:
            place = places.place(session.connection(), id_)
            for number, content in enumerate(contents, 1):
                assert place is not None
                cursor = None if number == len(contents) else str(number)
                part = Part(content, 1, 0, STARTED, STARTED.isoformat(), cursor)
                place = places.advance(session, id_, place, part)
            ends.ready(session, id_)


def usage(
    started_at: datetime = STARTED,
    *,
    id_: str | None = None,
    kind: str = "voice",
    cost: str = "0.0123",
    **characteristics: Any,
) -> dict[str, Any]:
    """A usage record as billing writes it; a characteristic that is None is left out."""
    values = {
        "service": str(SERVICE),
        "direction": "outgoing",
        "ownNumber": "+37255500001",
        "otherNumber": "+37255512345",
        "withheld": False,
        "zone": "home",
        "country": "EE",
        "roaming": False,
        "usedSeconds": 61,
        "billedSeconds": 61,
        "bytes": 0,
        "count": 1,
        "inBundle": False,
        "billNo": None,
        "imei": "353456789012345",
        "cell": "248-01-4711",
    } | characteristics
    return {
        "id": id_ or str(uuid4()),
        "usageDate": started_at.isoformat(),
        "usageType": kind,
        "status": "rated",
        "usageCharacteristic": [
            {"name": name, "value": value} for name, value in values.items() if value is not None
        ],
        "ratedProductUsage": [
            {
                "isBilled": False,
                "taxRate": 24,
                "taxExcludedRatingAmount": {"unit": "EUR", "value": float(cost)},
            }
        ],
    }


def month_of(count: int, *, begin: datetime = STARTED) -> Sequence[dict[str, Any]]:
    """Records of calls, one a minute."""
    return [
        usage(begin + timedelta(minutes=n), id_=f"r{n:07}", otherNumber=f"+372555{n % 100000:05}")
        for n in range(count)
    ]


def records(count: int) -> list[UsageRecord]:
    """The same as the adapter reads them."""
    return [read(each) for each in month_of(count)]


def read(record: dict[str, Any]) -> UsageRecord:
    """Read a record as the adapter does."""
    return record_of(msgspec.convert(record, UsageOnWire))
