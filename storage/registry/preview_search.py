"""Search what a held run would do: who would lose, gain or be suspended on which account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.sort_keys import sort_key
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class PreviewedChange:
    """A grant that a held run would start, end or suspend, with who and whose it is."""

    position: int
    account_id: UUID
    account_reference: str
    account_name: str
    company_code: str | None
    person_id: UUID
    person_name: str
    role: str
    reason: dict[str, Any]


_SEARCH = text("""
SELECT p.position, a.id, a.reference, a.name, c.code, w.id, w.name,
       p.said ->> 'role', p.said -> 'reason'
FROM sync_run r
CROSS JOIN LATERAL jsonb_array_elements(r.preview -> CAST(:effect AS text) -> 'shown')
    WITH ORDINALITY AS p(said, position)
JOIN account a ON a.id = CAST(p.said ->> 'account_id' AS uuid)
LEFT JOIN company c ON c.id = a.company_id
JOIN person w ON w.id = CAST(p.said ->> 'person_id' AS uuid)
WHERE r.id = :run AND p.position > :after AND (
    CAST(:key AS text) IS NULL OR position(:key IN w.sort_key) > 0
    OR position(:key IN a.sort_key) > 0 OR position(:key IN c.sort_key) > 0
    OR starts_with(c.code, :words) OR a.reference = :words)
ORDER BY p.position LIMIT :limit
""")


def search(
    connection: Connection,
    run_id: UUID,
    effect: str,
    words: str | None,
    *,
    after: int,
    limit: int,
) -> Sequence[PreviewedChange]:
    """Return up to ``limit`` of the grants that a run would change, after this position.

    ``effect``: ``ending``, ``starting`` or ``suspending``. ``words``: part of the name of the
    person, the account or its company, or the beginning of its registry code, or the reference.
    """
    asked = {"run": run_id, "effect": effect, "after": after, "limit": limit}
    asked |= {"words": words, "key": words and sort_key(words)}
    return [PreviewedChange(*row) for row in connection.execute(_SEARCH, asked)]
