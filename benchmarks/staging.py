"""The product's own reading of the register's file: what the floor is held against."""

from pathlib import Path
from uuid import uuid4

import httpx

from domain.registry.register import BulkFile
from registry_sync.estonia.open_data import OpenDataFile
from storage.database import Database
from storage.registry import sync_runs
from storage.registry.bulk_file_diff import BulkComparison, FileLimits


def staged_and_compared(path: Path, url: str) -> dict[str, int]:
    """Parse, fingerprint, COPY, guard, diff, keep; how many companies there are and differ."""
    database = Database(url)
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, "file", str(uuid4()))
    with httpx.Client() as http:
        file = OpenDataFile(http, "http://127.0.0.1/unused", path.parent)
        told = BulkFile(str(path), "", "", path.stat().st_size)
        comparison = BulkComparison(database, file, FileLimits())
        compared = comparison.compare(run_id, told, lambda _: None)
    database.close()
    changed = compared.appeared + compared.changed + compared.vanished
    return {"companies": compared.companies, "changed": changed}
