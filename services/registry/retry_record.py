"""Try a rejected record again, by the run that reads it."""

from uuid import UUID

from domain.registry.sync import SyncSource
from services.engine import Engine
from services.errors import NotFound, Refused
from services.registry.start_sync import request_company_sync, request_sync
from storage.registry import rejected_record_queries
from storage.registry.sync_run_queries import SyncRun


async def retry_record(engine: Engine, record_id: UUID, request_id: UUID) -> SyncRun:
    """Start the run that tries the record again; returns it. Idempotent by ``request_id``.

    Raises NotFound, or Refused ``record_not_retried`` where none does: a line of an import, or a
    record that could be used since.
    """
    record = await engine.read(
        lambda connection: rejected_record_queries.rejected_record(connection, record_id)
    )
    if record is None:
        raise NotFound
    source = record.tried_again_by
    if source is None:
        raise Refused("record_not_retried")
    if source is SyncSource.COMPANY and record.company_id is not None:
        return await request_company_sync(engine, record.company_id, request_id)
    return await request_sync(engine, source, request_id)
