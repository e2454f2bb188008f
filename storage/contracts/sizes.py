"""Table ``customer_size``: size class of an account's present owner, and who says so since when."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.contracts.sizes import CustomerSize, SizeClass, SizeRefusal, ToldSize, refusal
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Connection, Session

_READ = text("""
SELECT account_id, size_class, source, as_of FROM customer_size WHERE account_id = ANY(:accounts)
""")
_LOCK = text("""
SELECT id, person_id IS NOT NULL AS is_person FROM account WHERE id = ANY(:ids)
ORDER BY id FOR NO KEY UPDATE
""")
_PUT = text("""
INSERT INTO customer_size (account_id, size_class, source, as_of)
SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS f(account_id uuid, size_class text, source text, as_of date)
ON CONFLICT (account_id) DO UPDATE SET size_class = EXCLUDED.size_class,
    source = EXCLUDED.source, as_of = EXCLUDED.as_of, updated_at = clock_timestamp()
""")
_FORGET = text("DELETE FROM customer_size WHERE account_id = ANY(:accounts)")


@dataclass(frozen=True, slots=True)
class TakenSizes:
    """Result of taking sizes in, by account. Those that changed nothing are in no list."""

    created: Sequence[UUID] = ()
    changed: Sequence[UUID] = ()
    refused: Mapping[UUID, SizeRefusal] = field(default_factory=dict)
    unknown: frozenset[UUID] = frozenset()
    """Accounts that are not there."""


def known(connection: Connection | Session, account_id: UUID) -> CustomerSize | None:
    """Return the size class that was told of an account's owner; None: none was."""
    return _known(connection, [account_id]).get(account_id)


def put(session: Session, told: Sequence[ToldSize], *, actor: Actor) -> TakenSizes:
    """Keep the sizes of these accounts' owners, each account once, with an event. Idempotent.

    What is known as of a later day stays. Told anew as of the same day, the last one counts.
    """
    ids = sorted(each.id for each in told)
    there = {row.id: row.is_person for row in session.execute(_LOCK, {"ids": ids})}
    before = _known(session, ids)
    refused, new = {}, list[ToldSize]()
    for each in told:
        if each.id not in there or before.get(each.id) == each.size:
            continue
        why = refusal(each.size, before.get(each.id), is_person=there[each.id])
        if why is not None:
            refused[each.id] = why
        else:
            new.append(each)
    rows = [{"account_id": str(each.id), **each.size.as_json()} for each in new]
    session.execute(_PUT, {"rows": json.dumps(rows)})
    events.append(session, [_event(each, before.get(each.id)) for each in new], actor=actor)
    return TakenSizes(
        [each.id for each in new if each.id not in before],
        [each.id for each in new if each.id in before],
        refused,
        frozenset(ids) - there.keys(),
    )


def forget(session: Session, account_ids: Sequence[UUID]) -> None:
    """Forget the sizes of the owners that these accounts had."""
    if account_ids:
        session.execute(_FORGET, {"accounts": list(account_ids)})


def _known(
    connection: Connection | Session, account_ids: Sequence[UUID]
) -> dict[UUID, CustomerSize]:
    found = connection.execute(_READ, {"accounts": list(account_ids)})
    return {
        row.account_id: CustomerSize(SizeClass(row.size_class), row.source, row.as_of)
        for row in found
    }


def _event(told: ToldSize, before: CustomerSize | None) -> NewEvent:
    return NewEvent(
        EventKind.ACCOUNT_SIZE_TOLD,
        subject_id=told.id,
        account_id=told.id,
        before=None if before is None else before.as_json(),
        after=told.size.as_json(),
    )
