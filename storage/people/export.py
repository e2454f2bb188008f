"""Reads everything held about a person, table by table, without what is about other people."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.range import Range
from sqlalchemy import text

from domain.audit import ActorKind
from domain.people.erasure import ERASED_NUMBER
from domain.people.register_entries import own_part
from domain.processes import ProcessType
from storage.database import Connection
from storage.people import traces
from storage.people.selections import ABOUT
from storage.people.traces import Traces
from storage.registry.register_state_json import as_json, from_json

Row = dict[str, Any]
"""A row as JSON: times in ISO 8601, in UTC, ids as text, a period as ``since`` and ``until``, bytes
in base64."""

_LEFT_OUT = {
    # Whether there is such an account, and whose, is nothing that an applicant is told.
    "access_request": {"owner_id"},
    # Who works for the operator is those people's data (CJEU C-579/21).
    "authority_document": {"recorded_by"},
    "bank_entry": {"decided_by"},
    "drift": {"decided_by"},
    "event_note": {"key"},
    "extract_chunk": {"content"},
    "idempotency_key": {"fingerprint"},
    "mandate": {"recorded_by", "answered_by"},
    "service_order": {"digest"},
    "service_secret": {"sealed"},
    "signing_rule_reading": {"recorded_by", "decided_by", "ended_by"},
    "sms": {"digest"},
    "suspension": {"begun_by", "lift_requested_by", "lifted_by"},
    "sync_run": {"decided_by"},
}
"""Columns that say nothing about the person, or nothing that they may know."""


def read(connection: Connection, person_id: UUID) -> Mapping[str, list[Row]] | None:
    """Return all rows about a person, by table; None: there is no such person.

    Of register states, answers and previews only the person's part is returned. Run it in one
    snapshot.
    """
    found = traces.read(connection, person_id, erased_number=ERASED_NUMBER)
    if found is None:
        return None
    parameters = found.parameters()
    return {table: _rows(connection, table, found, parameters) for table in ABOUT}


def _rows(
    connection: Connection, table: str, found: Traces, parameters: Mapping[str, Any]
) -> list[Row]:
    statement = text(f"SELECT * FROM {table} WHERE {ABOUT[table]}")
    columns = _LEFT_OUT.get(table, set())
    shown = _SHOWN.get(table, _unchanged)
    rows = [
        {name: value for name, value in row.items() if name not in columns}
        for row in connection.execute(statement, parameters).mappings()
    ]
    return sorted((_plain(shown(row, found)) for row in rows), key=_order)


def _order(row: Row) -> tuple[str, str]:
    return str(row.get("created_at", "")), str(next(iter(row.values())))


def _unchanged(row: Row, _found: Traces) -> Row:
    return row


_PEOPLE = {
    "person_id",
    "receiver_id",
    "giver_id",
    "passed_on_by",
    "given_by",
    "for",
    "applicant_id",
    "confirmed_by",
    "declined_by",
    "proposer_id",
    "members",
}
"""Columns and facts that hold the id of a person, or ids of people."""


def _without_others(row: Row, found: Traces) -> Row:
    """Leave out the ids of other people: to whom the person gave access, or who gave it to them."""
    own = str(found.identity.id)

    def is_other(name: str, value: Any, within: Row) -> bool:
        is_actor = name == "id" and within.get("kind") == ActorKind.PERSON
        return value is not None and (is_actor or name in _PEOPLE) and str(value) != own

    def shown(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        kept = {name: each for name, each in value.items() if not is_other(name, each, value)}
        return {name: shown(each) for name, each in kept.items()}

    return dict(shown(dict(row)))


def _own_state(column: str) -> Callable[[Row, Traces], Row]:
    def shown(row: Row, found: Traces) -> Row:
        state = own_part(from_json(row[column]), found.identity.key)
        return row | {column: as_json(state)}

    return shown


def _own_preview(row: Row, found: Traces) -> Row:
    preview = row["preview"]
    if preview is None:
        return row
    own = str(found.identity.id)
    shown = {
        which: [grant for grant in preview[which]["shown"] if grant["person_id"] == own]
        for which in ("ending", "starting")
    }
    return row | {"preview": shown}


def _with_mention(row: Row, found: Traces) -> Row:
    mention = found.mentions["event_note"].get(row["event_id"])
    return row | {"names_the_person_by": mention}


def _own_receipt(row: Row, found: Traces) -> Row:
    """Leave out what a network answered about services of others, for whom the person ordered."""
    is_own = row["process"] != ProcessType.ORDER or row["account_id"] in found.accounts
    return row if is_own else {name: row[name] for name in row if name != "receipt"}


_SHOWN: Mapping[str, Callable[[Row, Traces], Row]] = {
    "access_grant": _without_others,
    "access_request": _without_others,
    "approval": _without_others,
    "delegation": _without_others,
    "delegation_version": _without_others,
    "extract": _without_others,
    "event": _without_others,
    "event_note": _with_mention,
    "order_cancel": _without_others,
    "payment": _without_others,
    "register_state": _own_state("state"),
    "service_order": _without_others,
    "step": _own_receipt,
    "sync_change": _own_state("answer"),
    "sync_run": _own_preview,
}


def as_text(moment: datetime) -> str:
    """Return a moment as an export writes it: ISO 8601, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    match value:
        case {"kind": ActorKind.OPS, "id": _, **others}:
            return {"kind": ActorKind.OPS.value, **others}
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case Range():
            return {"since": _plain(value.lower), "until": _plain(value.upper)}
        case datetime():
            value = as_text(value)
        case date():
            value = value.isoformat()
        case UUID() | Decimal():
            value = str(value)
        case bytes():
            value = b64encode(value).decode()
    return value
