"""Records that could not be used: kept with their reason until a later run reads them well."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.registry.register import Defect

_INSERT = "INSERT INTO record_aside AS r (id, source, key, company_id, code, detail, run_id)"
_ONCE_MORE = """
ON CONFLICT (source, key) WHERE resolved_at IS NULL DO UPDATE
SET code = EXCLUDED.code, detail = EXCLUDED.detail, run_id = EXCLUDED.run_id, seen = r.seen + 1,
    last_seen_at = clock_timestamp()
"""

_ASIDE = text(f"""
{_INSERT} VALUES (gen_random_uuid(), :source, :key, :company, :code, :detail, :run) {_ONCE_MORE}
""")

# What the nightly check could not do, the next one does anyway.
_UNFINISHED = text(f"""
{_INSERT} SELECT gen_random_uuid(), :source, k.code, k.id, :code, 'the run ended before', :run
FROM sync_change c JOIN company k ON k.id = c.company_id
WHERE c.run_id = :run AND c.state IN ('pending', 'answered') AND c.kind <> 'checked'
{_ONCE_MORE}
""")


def set_aside(
    session: Session,
    source: str,
    defect: Defect,
    *,
    run_id: UUID | None = None,
    company_id: UUID | None = None,
) -> None:
    """Keep a record that could not be used; one that is there already is counted once more."""
    session.execute(
        _ASIDE,
        {
            "source": source,
            "key": defect.key,
            "company": company_id,
            "code": defect.code,
            "detail": defect.detail,
            "run": run_id,
        },
    )


def set_aside_unfinished(session: Session, source: str, run_id: UUID, code: str) -> None:
    """Keep the companies of a run that ended before they were aligned: their news is read."""
    session.execute(_UNFINISHED, {"source": source, "run": run_id, "code": code})


def resolve(session: Session, source: str, key: str, *, read_at: datetime) -> None:
    """This record, and the parts of it (``key/…``), were read well at that time."""
    session.execute(
        text(
            "UPDATE record_aside SET resolved_at = clock_timestamp()"
            " WHERE source = :source AND (key = :key OR starts_with(key, :part))"
            " AND resolved_at IS NULL AND last_seen_at < :read_at"
        ),
        {"source": source, "key": key, "part": f"{key}/", "read_at": read_at},
    )


def resolve_others(session: Session, source: str, unread: list[str]) -> None:
    """The source was read as a whole, and only these records of it are still bad."""
    session.execute(
        text(
            "UPDATE record_aside SET resolved_at = clock_timestamp()"
            " WHERE source = :source AND resolved_at IS NULL AND key <> ALL(:unread)"
        ),
        {"source": source, "unread": unread},
    )


def resolve_lines(session: Session, source: str, file: str, *, began_at: datetime) -> None:
    """Resolve the lines of this file (``file:number``) that no reading since then rejected."""
    session.execute(
        text(
            "UPDATE record_aside SET resolved_at = now()"
            " WHERE source = :source AND resolved_at IS NULL AND last_seen_at < :began"
            " AND starts_with(key, :prefix) AND substr(key, length(:prefix) + 1) ~ '^[0-9]+$'"
        ),
        {"source": source, "prefix": f"{file}:", "began": began_at},
    )
