"""Queries of inboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.messages.notices import PURPOSE_EVENT, NoticeKind
from storage.audit import event_notes
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as its person sees it."""

    id: UUID
    kind: NoticeKind
    subject_id: UUID
    account_id: UUID | None
    account_name: str | None
    """Its name now, or its customer number; None: no account, or it has another owner now."""
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    purpose: str | None
    """What for, in the words of whoever brought it about; None: nothing was said, or it is erased.
    """

    def __post_init__(self) -> None:
        """Give the column of a closed set its enum."""
        object.__setattr__(self, "kind", NoticeKind(self.kind))


_PURPOSE = event_notes.text_of(f"CAST(n.facts ->> '{PURPOSE_EVENT}' AS bigint)")
_OF_PERSON = text(f"""
SELECT n.id, n.kind, n.subject_id, n.account_id,
       (SELECT COALESCE(NULLIF(a.name, ''), a.reference) FROM account a
        WHERE a.id = n.account_id AND COALESCE(a.company_id, a.person_id) = n.owner_id),
       n.facts, n.created_at, n.read_at, {_PURPOSE}
FROM notice n
WHERE n.person_id = :person AND (NOT :unread OR n.read_at IS NULL)
  AND (CAST(:before_at AS timestamptz) IS NULL OR (n.created_at, n.id) < (:before_at, :before_id))
ORDER BY n.created_at DESC, n.id DESC LIMIT :limit
""")


def of_person(
    connection: Connection,
    person_id: UUID,
    *,
    unread: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Notice]:
    """List a person's notices, the newest first. ``before``: time and id of the last seen.

    ``unread``: only those that the person has not read.
    """
    before_at, before_id = before or (None, None)
    page = {
        "person": person_id,
        "unread": unread,
        "before_at": before_at,
        "before_id": before_id,
        "limit": limit,
    }
    return [Notice(*row) for row in connection.execute(_OF_PERSON, page)]


_COUNT_UNREAD = text("""
SELECT count(*) FROM (
    SELECT FROM notice WHERE person_id = :person AND read_at IS NULL LIMIT :most) unread
""")


def count_unread(connection: Connection, person_id: UUID, *, most: int) -> int:
    """Return how many notices this person has not read, up to ``most``."""
    asked = {"person": person_id, "most": most}
    found: int = connection.execute(_COUNT_UNREAD, asked).scalar_one()
    return found
