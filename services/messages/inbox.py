"""Mark notices of a person as read."""

from uuid import UUID

from services.errors import NotFound
from storage.database import Database
from storage.messages import notices


def read_notice(database: Database, person_id: UUID, notice_id: UUID) -> None:
    """Mark one notice as read. Idempotent. Raises NotFound where the person has no such notice."""
    with database.transaction() as session:
        if not notices.mark_read(session, person_id, notice_id):
            raise NotFound


def read_notices_through(database: Database, person_id: UUID, notice_id: UUID) -> None:
    """Mark a notice and all older ones as read; newer ones, which nobody saw, stay unread.

    Idempotent. Raises NotFound where the person has no such notice.
    """
    with database.transaction() as session:
        if not notices.mark_read_through(session, person_id, notice_id):
            raise NotFound
