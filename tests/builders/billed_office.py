"""An account with services, some of which billing knows, and who sees what of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from storage.accounts.accounts import AccountFacts
from storage.accounts.services import ServiceFacts
from storage.database import Database
from tests.builders.people import JAAN, KATI, MARI, TIIU
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, give, put, put_service, service, store_states
from tests.clients.api_client import person_token
from tests.clients.billing_client import Client

ZONE = ZoneInfo("Europe/Tallinn")
NUMBER, SECOND_NUMBER = "+37255500001", "+37255500002"
OFFICE: AccountFacts = account(KUUSK)
PHONE: ServiceFacts = service(1, OFFICE, phone=NUMBER)
SECOND: ServiceFacts = service(2, OFFICE, phone=SECOND_NUMBER)
ROUTER: ServiceFacts = service(3, OFFICE, kind="router")
OWNER, ACCOUNTANT, USER, STRANGER = (person_token(each) for each in (MARI, TIIU, KATI, JAAN))
"""Of the whole account; of its bills; of `PHONE`; of nothing."""
MONTHS = 14


def an_office(database: Database, billing: Client) -> None:
    """A company with two numbers and a router; the router is no service of billing's."""
    put(database, OFFICE)
    put_service(database, PHONE, SECOND, ROUTER)
    store_states(database, state(sole(MARI)))
    give(database, TIIU, OFFICE, "accountant")
    give(database, KATI, OFFICE, "user", on=PHONE)
    billing.ledger(
        {
            "service": str(PHONE.id),
            "number": NUMBER,
            "megabytes": 1024,
            "minutes": 500,
            "credit_limit": 50,
        },
        {"service": str(SECOND.id), "number": SECOND_NUMBER, "records": 60},
        account=str(OFFICE.id),
        months=MONTHS,
        credit_limit=1000,
        unpaid=1,
    )


class Record(NamedTuple):
    """A usage record of billing's, read without the product's code."""

    at: datetime
    service: str
    kind: str
    direction: str
    roaming: bool
    seconds: int
    bytes: int
    quantity: int
    net: Decimal


def months_ago(number: int) -> tuple[int, int]:
    """Return year and month, so many months before the present one in Tallinn."""
    now = datetime.now(UTC).astimezone(ZONE)
    years, month = divmod(now.year * 12 + now.month - 1 - number, 12)
    return years, month + 1


def final_october() -> tuple[int, int]:
    """Return the last October that is over and invoiced: one of its days has 25 hours."""
    return next(each for n in range(2, 15) if (each := months_ago(n))[1] == 10)


def written(month: tuple[int, int]) -> str:
    return f"{month[0]}-{month[1]:02}"


def records(billing: Client, month: tuple[int, int]) -> list[Record]:
    """Return every record of the account that began in the month, by the clocks of Tallinn."""
    year, number = month
    start = datetime(year, number, 1, tzinfo=ZONE)
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=ZONE)
    return [
        each
        for each in map(_record, _raw(billing, start, end))
        if start.timestamp() <= each.at.timestamp() < end.timestamp()
    ]


def _raw(billing: Client, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    query: dict[str, Any] = {
        "billingAccount_id": str(OFFICE.id),
        "usageDate_gte": start.astimezone(UTC).isoformat(),
        "usageDate_lt": end.astimezone(UTC).isoformat(),
        "limit": 5000,
    }
    while True:
        answer = billing.get("/usage", **query)
        yield from answer.json(parse_float=Decimal)
        if "x-next-cursor" not in answer.headers:
            return
        query |= {"after": answer.headers["x-next-cursor"], "asOf": answer.headers["x-as-of"]}


def _record(raw: dict[str, Any]) -> Record:
    said = {each["name"]: each["value"] for each in raw["usageCharacteristic"]}
    (rated,) = raw["ratedProductUsage"]
    return Record(
        datetime.fromisoformat(raw["usageDate"]).astimezone(ZONE),
        said["service"],
        raw["usageType"],
        said["direction"],
        said["roaming"],
        said["usedSeconds"],
        said["bytes"],
        said["count"],
        Decimal(rated["taxExcludedRatingAmount"]["value"]),
    )
