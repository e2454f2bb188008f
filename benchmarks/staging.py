"""The product's own reading of the register's file, to compare with the floor."""

from pathlib import Path
from uuid import uuid4

import httpx

from domain.registry.bulk_file import BulkFile, FileLimits
from domain.registry.sync import SyncSource
from registry_sync.estonia.open_data import OpenDataFile
from storage.database import Database
from storage.registry import bulk_file_diff, sync_runs


def staged_and_compared(path: Path, url: str) -> dict[str, int]:
    """Parse, fingerprint, COPY, guard, diff, keep; returns counts of read and changed companies."""
    database = Database(url)
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.FILE, str(uuid4()))
    with httpx.Client() as http:
        file = OpenDataFile(http, "http://127.0.0.1/unused", path.parent)
        downloaded = BulkFile(str(path), "", "", path.stat().st_size)
        compared = bulk_file_diff.compare(
            database, run_id, file, downloaded, limits=FileLimits(), progress=lambda _: None
        )
    database.close()
    changed = compared.appeared + compared.changed + compared.vanished
    return {"companies": compared.companies, "changed": changed}
