"""Writer of ``rejected_record``: records that could not be used, until a later run can use them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.registry.register import Defect
from storage.database import Session

QUERY_ANSWERS = "register"
"""``found_in`` of companies whose state the register did not answer."""

_INSERT = "INSERT INTO rejected_record AS r (id, found_in, key, company_id, code, detail, run_id)"
_ONCE_MORE = """
ON CONFLICT (found_in, key) WHERE resolved_at IS NULL DO UPDATE
SET code = EXCLUDED.code, detail = EXCLUDED.detail, run_id = EXCLUDED.run_id,
    occurrences = r.occurrences + 1, last_seen_at = clock_timestamp()
"""

_REJECT = text(f"""
{_INSERT} VALUES (gen_random_uuid(), :found_in, :key, :company, :code, :detail, :run) {_ONCE_MORE}
""")

_REJECT_LINES = text(f"""
{_INSERT} SELECT gen_random_uuid(), :found_in, d.key, NULL, d.code, d.detail, NULL
FROM unnest(CAST(:keys AS text[]), CAST(:codes AS text[]), CAST(:details AS text[]))
    AS d(key, code, detail) {_ONCE_MORE}
""")

# A failed nightly check needs no retry: the next one covers it.
_REJECT_UNFINISHED = text(f"""
{_INSERT} SELECT gen_random_uuid(), :found_in, k.code, k.id, :code, 'the run ended before', :run
FROM sync_change c JOIN company k ON k.id = c.company_id
WHERE c.run_id = :run AND c.state IN ('pending', 'answered') AND c.kind <> 'checked'
{_ONCE_MORE}
""")

_RESOLVE = text("""
UPDATE rejected_record SET resolved_at = clock_timestamp()
WHERE found_in = :found_in AND (key = :key OR starts_with(key, :part))
  AND resolved_at IS NULL AND last_seen_at < :read_at
""")

_RESOLVE_OTHERS = text("""
UPDATE rejected_record SET resolved_at = clock_timestamp()
WHERE found_in = :found_in AND resolved_at IS NULL AND key <> ALL(:rejected)
""")

# Lines of this very file only: what follows its name is a line number and nothing else.
_RESOLVE_LINES = text("""
UPDATE rejected_record SET resolved_at = clock_timestamp()
WHERE found_in = :found_in AND resolved_at IS NULL AND last_seen_at < :began
  AND starts_with(key, :prefix) AND substr(key, length(:prefix) + 1) ~ '^[0-9]+$'
""")


def reject(
    session: Session,
    found_in: str,
    defect: Defect,
    *,
    run_id: UUID | None = None,
    company_id: UUID | None = None,
) -> None:
    """Keep a record that could not be used; one that is kept already is counted once more.

    ``found_in``: the file, import or service that the record came from.
    """
    session.execute(
        _REJECT,
        {
            "found_in": found_in,
            "key": defect.key,
            "company": company_id,
            "code": defect.code,
            "detail": defect.detail,
            "run": run_id,
        },
    )


def reject_lines(session: Session, found_in: str, defects: Sequence[Defect]) -> None:
    """Keep lines of an import that could not be used, each once more if it is kept already."""
    columns = {
        "keys": [defect.key for defect in defects],
        "codes": [defect.code for defect in defects],
        "details": [defect.detail for defect in defects],
    }
    session.execute(_REJECT_LINES, columns | {"found_in": found_in})


def reject_unfinished(session: Session, run_id: UUID, code: str) -> None:
    """Keep the companies of a run that ended before it aligned them: the next run queries them."""
    parameters = {"found_in": QUERY_ANSWERS, "run": run_id, "code": code}
    session.execute(_REJECT_UNFINISHED, parameters)


def resolve(session: Session, found_in: str, key: str, *, read_at: datetime) -> None:
    """Resolve a record and its parts (``key/…``), which could be used at ``read_at``."""
    parameters = {"found_in": found_in, "key": key, "part": f"{key}/", "read_at": read_at}
    session.execute(_RESOLVE, parameters)


def resolve_others(session: Session, found_in: str, rejected: list[str]) -> None:
    """Resolve every record but these: all of ``found_in`` was read, and only these are bad."""
    session.execute(_RESOLVE_OTHERS, {"found_in": found_in, "rejected": rejected})


def resolve_lines(session: Session, found_in: str, file: str, *, began_at: datetime) -> None:
    """Resolve lines of a file (``file:line``) that no reading since ``began_at`` rejected."""
    parameters = {"found_in": found_in, "prefix": f"{file}:", "began": began_at}
    session.execute(_RESOLVE_LINES, parameters)
