"""Evidence of payments and extracts: our rows, what banks and billing have."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import httpx

from dev.chaos.environment import Stage
from domain.call_details.records import Direction
from domain.call_details.secrecy import Level, shows

_PAGE = 5000


class PaymentRow(NamedTuple):
    """A payment."""

    id: UUID
    process_id: UUID
    """Of its last process."""
    account_id: UUID
    origin: str
    """``person``; ``statement``: money came that is no payment which somebody started."""
    bank: str
    state: str
    amount: Decimal
    reference: str
    settled_at: datetime | None
    refunded_at: datetime | None
    entries: int
    """Lines of statements that are this payment's."""


class ExtractRow(NamedTuple):
    """An extract."""

    id: UUID
    account_id: UUID
    state: str
    level: str
    begins_at: datetime
    ends_at: datetime
    as_of: str | None
    """As billing said."""
    rows: int


_PAYMENTS = """
SELECT p.id, p.process_id, p.account_id, p.origin, p.bank, p.state, p.amount, p.reference,
    p.settled_at, p.refunded_at,
    (SELECT count(*) FROM bank_entry e WHERE e.payment_id = p.id AND NOT e.is_return)
FROM payment p
"""
_EXTRACTS = f"SELECT {', '.join(ExtractRow._fields)} FROM extract"  # noqa: S608 # constants
_CHUNKS = """
SELECT extract_id, content FROM extract_chunk WHERE format = 'csv' ORDER BY extract_id, number
"""
_ENTRIES = "SELECT bank, bank_reference FROM bank_entry"


@dataclass(frozen=True)
class Billed:
    """Evidence of everything about bills."""

    payments: Mapping[UUID, PaymentRow]
    entries: Sequence[tuple[str, str]]
    """Bank and number of each line of a statement that was read."""
    at_bank: Sequence[Mapping[str, Any]]
    """Payments that banks were asked to carry out."""
    paid: Sequence[Mapping[str, Any]]
    """What billing booked as paid, in order."""
    extracts: Mapping[UUID, ExtractRow]
    made: Mapping[UUID, Sequence[str]]
    """Ids of the records in the file of each extract that is ready, in order."""
    used: Mapping[UUID, Sequence[str]]
    """Ids of the records that billing has for it, as of its moment, at its level."""


def gather_billed(stage: Stage) -> Billed:
    """Gather it as of now."""
    extracts = {row.id: row for row in stage.rows(ExtractRow, _EXTRACTS)}
    files = _files(stage)
    ready = [each for each in extracts.values() if each.state == "ready"]
    return Billed(
        payments={row.id: row for row in stage.rows(PaymentRow, _PAYMENTS)},
        entries=stage.rows(_entry, _ENTRIES),
        at_bank=stage.control("bank", "GET", "payments"),
        paid=stage.control("billing", "GET", "paid"),
        extracts=extracts,
        made={each.id: _ids(files.get(each.id, b"")) for each in ready},
        used={each.id: list(_used(stage, each)) for each in ready if each.as_of},
    )


def _entry(bank: str, reference: str) -> tuple[str, str]:
    return bank, reference


def _part(extract_id: UUID, content: bytes) -> tuple[UUID, bytes]:
    return extract_id, bytes(content)


def _files(stage: Stage) -> dict[UUID, bytes]:
    found: dict[UUID, list[bytes]] = {}
    for extract_id, content in stage.rows(_part, _CHUNKS):
        found.setdefault(extract_id, []).append(content)
    return {id_: b"".join(parts) for id_, parts in found.items()}


def _ids(file: bytes) -> list[str]:
    lines = csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";")
    return [each["record_id"] for each in lines]


def _used(stage: Stage, extract: ExtractRow) -> Iterator[str]:
    """Ask billing itself, by code of its own."""
    token = stage.stack.environment["VOLITUS_BILLING_TOKEN"]
    level = Level(extract.level)
    query: dict[str, Any] = {
        "billingAccount.id": str(extract.account_id),
        "usageDate.gte": _moment(extract.begins_at),
        "usageDate.lt": _moment(extract.ends_at),
        "asOf": extract.as_of,
        "limit": _PAGE,
    }
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{stage.stack.environment['VOLITUS_BILLING_URL']}/usage"
    with httpx.Client(timeout=30, trust_env=False, headers=headers) as http:
        while True:
            answer = http.get(url, params=query).raise_for_status()
            for each in answer.json():
                told = {one["name"]: one["value"] for one in each["usageCharacteristic"]}
                if shows(level, Direction(told["direction"])):
                    yield each["id"]
            if "x-next-cursor" not in answer.headers:
                return
            query["after"] = answer.headers["x-next-cursor"]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
