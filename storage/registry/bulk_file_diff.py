"""The register's whole file in PostgreSQL: staged by COPY, compared in one statement.

The file is a trigger and never the truth: it tells which companies to ask about. So its new
fingerprints are kept at once, whatever becomes of the run: a company that could not be asked
about is set aside and asked about again, and a rejected file is put right by the next good one.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.registry.bulk_file import Compared, FileRefusedError
from domain.registry.register import BulkFile, BulkRow, Defect, RegisterFile
from storage.database import Database
from storage.registry import sync_runs, unusable_records

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
FULL JOIN (SELECT code, fingerprint FROM bulk_company WHERE source = :source) b USING (code)
WHERE s.fingerprint IS DISTINCT FROM b.fingerprint
  AND NOT (s.code IS NULL AND b.code = ANY(:unread))
ORDER BY code, s.fingerprint
""")

_COUNTS = text("""
SELECT count(*) FILTER (WHERE kind = 'appeared') AS appeared,
       count(*) FILTER (WHERE kind = 'changed') AS changed,
       count(*) FILTER (WHERE kind = 'vanished') AS vanished FROM differing
""")

# Those that matter here: customers, and companies in which a person we know is a holder.
_MATTER = text("""
INSERT INTO sync_change (run_id, company_id, kind)
SELECT :run, c.id, d.kind FROM differing d
JOIN company c ON c.country = :country AND c.code = d.code
WHERE EXISTS (SELECT FROM account a WHERE a.company_id = c.id AND a.status = 'active')
   OR EXISTS (SELECT FROM appointment p WHERE p.company_id = c.id)
""")

_KEEP = text("""
MERGE INTO bulk_company b USING differing d ON b.source = :source AND b.code = d.code
WHEN MATCHED AND d.kind = 'vanished' THEN DELETE
WHEN MATCHED THEN UPDATE SET fingerprint = d.fingerprint
WHEN NOT MATCHED AND d.kind <> 'vanished' THEN
    INSERT (source, code, fingerprint) VALUES (:source, d.code, d.fingerprint)
""")


@dataclass(frozen=True, slots=True)
class FileLimits:
    """A file with less than this share of the last one's companies is not believed."""

    least_share: float = 0.95


class BulkComparison:
    """One register's file against the last one of it."""

    def __init__(self, database: Database, file: RegisterFile, limits: FileLimits) -> None:
        self._database = database
        self._file = file
        self._limits = limits

    def fetch(
        self, known_version: str | None, progress: Callable[[int, int | None], None]
    ) -> BulkFile | None:
        """See access.register.RegisterFile.fetch."""
        return self._file.fetch(known_version, progress)

    def compare(self, run_id: UUID, file: BulkFile, progress: Callable[[int], None]) -> Compared:
        """Stage the file, compare it with the last, and write down whom the run must ask about.

        One transaction: all or nothing, and repeating it after a crash starts from the file on
        disk. Raises FileRefusedError when it is gone or too short, RegisterUnknown when damaged.
        """
        if not Path(file.path).exists():
            raise FileRefusedError("file_missing", "fetched on another machine, or removed")
        defects: list[Defect] = []
        with self._database.transaction() as session:
            session.execute(_STAGE)
            companies = _copy(session, self._file.rows(file, defects.append), progress)
            self._guard(session, companies)
            compared = self._diff(session, run_id, companies, [d.key for d in defects])
            for defect in defects:
                unusable_records.set_aside(session, self._file.source, defect, run_id=run_id)
        return compared

    def _guard(self, session: Session, companies: int) -> None:
        before: int = session.execute(
            text("SELECT count(*) FROM bulk_company WHERE source = :source"),
            {"source": self._file.source},
        ).scalar_one()
        if companies < self._limits.least_share * before or not companies:
            raise FileRefusedError(
                "file_too_short", f"{companies} companies, the last file had {before}"
            )

    def _diff(self, session: Session, run_id: UUID, companies: int, unread: list[str]) -> Compared:
        source = self._file.source
        unusable_records.resolve_others(session, source, unread)
        known = {"source": source, "country": self._file.country, "run": run_id, "unread": unread}
        session.execute(text("ANALYZE staged"))
        session.execute(_DIFF, known)
        found = session.execute(_COUNTS).one()
        session.execute(_MATTER, known)
        matter = sync_runs.also_ask(session, run_id, self._file.country)
        session.execute(_KEEP, known)
        compared = Compared(
            companies, found.appeared, found.changed, found.vanished, matter, len(unread)
        )
        _tell(session, run_id, compared)
        return compared


def _tell(session: Session, run_id: UUID, compared: Compared) -> None:
    session.execute(
        text("UPDATE sync_run SET companies = :companies WHERE id = :run"),
        {"run": run_id, "companies": compared.companies},
    )
    numbers = {
        "companies": compared.companies,
        "appeared": compared.appeared,
        "changed": compared.changed,
        "vanished": compared.vanished,
        "aside": compared.aside,
    }
    sync_runs.count(session, run_id, numbers)


def _copy(session: Session, rows: Iterator[BulkRow], progress: Callable[[int], None]) -> int:
    cursor = session.connection().connection.cursor()
    lines = (f"{code}\t{fingerprint}\n" for code, fingerprint in rows)
    companies, told = 0, time.monotonic()
    with cursor.copy("COPY staged (code, fingerprint) FROM STDIN") as copy:
        while block := list(islice(lines, _BLOCK)):
            copy.write("".join(block))
            companies += len(block)
            if time.monotonic() - told > 1:
                progress(companies)
                told = time.monotonic()
    return companies
