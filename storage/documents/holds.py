"""Read legal holds: contracts whose documents are kept whatever their time, by whom and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from storage.audit import event_notes
from storage.audit.staff import name_of
from storage.database import Connection

_PAGE = text(f"""
SELECT d.subject_id, d.account_id, d.documents, d.keep_until, e.at, e.actor,
    {name_of("e.actor ->> 'id'")} AS name, {event_notes.text_of("e.id")} AS note
FROM (
    SELECT subject_id, account_id, count(*) AS documents, max(keep_until) AS keep_until,
        array_agg(id) AS ids
    FROM stored_document
    WHERE legal_hold AND (CAST(:after AS uuid) IS NULL OR subject_id > :after)
        AND (CAST(:account AS uuid) IS NULL OR account_id = :account)
    GROUP BY subject_id, account_id ORDER BY subject_id LIMIT :limit
) d LEFT JOIN LATERAL (
    SELECT id, at, actor FROM event
    WHERE subject_id = ANY(d.ids) AND kind = '{EventKind.DOCUMENT_HELD}' ORDER BY id DESC LIMIT 1
) e ON true
ORDER BY d.subject_id
""")


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A contract whose documents are kept for a legal claim."""

    contract_id: UUID
    account_id: UUID
    documents: int
    keep_until: datetime | None
    """When they would be erased otherwise; None: the contract has not ended."""
    since: datetime
    by: Actor
    note: str | None
    """Why; None: the text is erased."""


def page_of(
    connection: Connection, *, account_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[LegalHold]:
    """Return contracts under a legal hold, by id; ``after`` this one."""
    asked = {"account": account_id, "after": after, "limit": limit}
    return [
        LegalHold(
            row.subject_id,
            row.account_id,
            row.documents,
            row.keep_until,
            row.at,
            Actor.from_json(row.actor, row.name),
            row.note,
        )
        for row in connection.execute(_PAGE, asked)
    ]
