"""A register's whole file in PostgreSQL: staged by COPY, compared in one statement.

The file is a trigger and never the truth: it names the companies to query about. So its new
fingerprints are kept at once, whatever becomes of the run: a company that could not be queried
about is rejected and queried again, and a refused file is put right by the next good one.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from domain.registry.bulk_file import (
    UNNAMED_RECORD,
    BulkFile,
    BulkRow,
    Compared,
    FileLimits,
    FileRefusedError,
)
from domain.registry.ports import RegisterFile
from domain.registry.register import Defect
from storage.database import Database, Session
from storage.registry import rejected_records, sync_changes, sync_runs

_BLOCK = 5000
"""Companies in one piece of the COPY."""

_STAGE = text("""
CREATE TEMPORARY TABLE staged (code text NOT NULL, fingerprint uuid NOT NULL) ON COMMIT DROP
""")

# The one set-based diff. A company that the file names twice counts once; one whose record could
# not be read has not vanished.
_DIFF = text("""
CREATE TEMPORARY TABLE differing ON COMMIT DROP AS
SELECT DISTINCT ON (code) code, s.fingerprint,
       CASE WHEN b.code IS NULL THEN 'appeared' WHEN s.code IS NULL THEN 'vanished'
            ELSE 'changed' END AS kind
FROM staged s
FULL JOIN (SELECT code, fingerprint FROM bulk_company
           WHERE file = :file AND vanished_at IS NULL) b USING (code)
WHERE s.fingerprint IS DISTINCT FROM b.fingerprint
  AND NOT (s.code IS NULL AND b.code = ANY(CAST(:rejected AS text[])))
ORDER BY code, s.fingerprint
""")

_COUNTS = text("""
SELECT count(*) FILTER (WHERE kind = 'appeared') AS appeared,
       count(*) FILTER (WHERE kind = 'changed') AS changed,
       count(*) FILTER (WHERE kind = 'vanished') AS vanished FROM differing
""")

# Of the companies that differ: customers, and those in which a known person is a holder.
_ADD_CHANGES = text("""
INSERT INTO sync_change (run_id, company_id, kind)
SELECT :run, c.id, d.kind FROM differing d
JOIN company c ON c.country = :country AND c.code = d.code
WHERE EXISTS (SELECT FROM account a WHERE a.company_id = c.id AND a.status = 'active')
   OR EXISTS (SELECT FROM appointment p WHERE p.company_id = c.id)
""")

# An unreadable record is its company's own where it has a code, and could be anyone's otherwise.
_IS_GONE = text("""
SELECT EXISTS (
    SELECT FROM bulk_company WHERE file = :file AND code = :code AND vanished_at IS NOT NULL
) AND NOT EXISTS (
    SELECT FROM rejected_record WHERE found_in = :file AND resolved_at IS NULL
        AND (key = :code OR starts_with(key, :unnamed))
) AND (
    SELECT started_at > :known_at FROM sync_run
    WHERE source = 'file' AND companies IS NOT NULL ORDER BY started_at DESC LIMIT 1)
""")

_DONE = text("SELECT counts FROM sync_run WHERE id = :run AND jsonb_exists(counts, 'vanished')")
_LAST_NUMBER = text("""
SELECT count(*) FROM bulk_company WHERE file = :file AND vanished_at IS NULL
""")

_KEEP = text("""
MERGE INTO bulk_company b USING differing d ON b.file = :file AND b.code = d.code
WHEN MATCHED AND d.kind = 'vanished' THEN UPDATE SET vanished_at = clock_timestamp()
WHEN MATCHED THEN UPDATE SET fingerprint = d.fingerprint, vanished_at = NULL
WHEN NOT MATCHED AND d.kind <> 'vanished' THEN
    INSERT (file, code, fingerprint) VALUES (:file, d.code, d.fingerprint)
""")


def compare(
    database: Database,
    run_id: UUID,
    register_file: RegisterFile,
    file: BulkFile,
    *,
    limits: FileLimits,
    progress: Callable[[int], None],
) -> Compared:
    """Stage the file, compare it with the last one, and add the run's companies.

    One transaction: all or nothing, and a repetition after a crash starts from the file on disk.
    Repeated after it was done it returns what it found then: the file differs no more.
    Raises FileRefusedError for a file that is missing, too short, or of which too much cannot be
    used; RegisterUnknown for a damaged one. ``progress(companies_so_far)``.
    """
    if (done := _compared_before(database, run_id)) is not None:
        return done
    if not Path(file.path).exists():
        raise FileRefusedError("file_missing", "fetched on another machine, or removed")
    defects: list[Defect] = []

    def reject(defect: Defect) -> None:
        defects.append(defect)
        limits.check_rejected(len(defects))

    with database.transaction() as session:
        session.execute(_STAGE)
        companies = _copy(session, register_file.rows(file, reject), progress)
        before: int = session.execute(_LAST_NUMBER, {"file": register_file.name}).scalar_one()
        limits.check(companies, before)
        compared = _diff(session, run_id, register_file, companies, [d.key for d in defects])
        for defect in defects:
            rejected_records.reject(session, register_file.name, defect, run_id=run_id)
    return compared


def _compared_before(database: Database, run_id: UUID) -> Compared | None:
    with database.reading() as connection:
        counts = connection.execute(_DONE, {"run": run_id}).scalar_one_or_none()
    return counts and Compared(**{field.name: counts[field.name] for field in fields(Compared)})


def is_gone(session: Session, file: str, code: str, *, known_at: datetime) -> bool:
    """Return True if the last good file witnesses that the company is gone.

    A file can witness it only where it could have named the company: an earlier one did, no record
    of the last one that could not be read may be the company's, and its reading began after
    ``known_at``, when the register itself last knew the company.
    """
    parameters = {"file": file, "code": code, "known_at": known_at, "unnamed": UNNAMED_RECORD}
    return bool(session.execute(_IS_GONE, parameters).scalar_one())


def _diff(
    session: Session, run_id: UUID, file: RegisterFile, companies: int, rejected: list[str]
) -> Compared:
    rejected_records.resolve_others(session, file.name, rejected)
    parameters = {"file": file.name, "country": file.country, "run": run_id, "rejected": rejected}
    session.execute(text("ANALYZE staged"))
    session.execute(_DIFF, parameters)
    found = session.execute(_COUNTS).one()
    session.execute(_ADD_CHANGES, parameters)
    to_query = sync_changes.add_waiting(session, run_id, file.country)
    session.execute(_KEEP, parameters)
    compared = Compared(
        companies, found.appeared, found.changed, found.vanished, to_query, len(rejected)
    )
    sync_runs.set_companies(session, run_id, companies)
    sync_runs.set_counts(session, run_id, **asdict(compared))
    return compared


def _copy(session: Session, rows: Iterator[BulkRow], progress: Callable[[int], None]) -> int:
    cursor = session.connection().connection.cursor()
    lines = (f"{code}\t{fingerprint}\n" for code, fingerprint in rows)
    companies, reported = 0, time.monotonic()
    with cursor.copy("COPY staged (code, fingerprint) FROM STDIN") as copy:
        while block := list(islice(lines, _BLOCK)):
            copy.write("".join(block))
            companies += len(block)
            if time.monotonic() - reported > 1:
                progress(companies)
                reported = time.monotonic()
    return companies
