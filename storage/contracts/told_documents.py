"""Documents of contracts that are told: kept for their time after a told end, and no shorter."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from storage.database import Session
from storage.documents import keeping

_WITH_DOCUMENTS = text("""
SELECT c.id, c.ended_at FROM contract c
WHERE c.id = ANY(:ids) AND EXISTS (
    SELECT FROM stored_document d WHERE d.subject_id = c.id AND d.erased_at IS NULL)
ORDER BY c.id
""")


def follow(session: Session, contract_ids: Collection[UUID]) -> None:
    """Keep the documents of contracts as their told ends say. Idempotent.

    Of one that is over they are kept for their time after it; of one whose end was taken back, for
    as long as it goes on.
    """
    if not contract_ids:
        return
    for row in session.execute(_WITH_DOCUMENTS, {"ids": sorted(contract_ids)}).all():
        if row.ended_at is None:
            keeping.keep_on(session, row.id)
        else:
            keeping.keep_from(session, row.id, row.ended_at)
