"""Find the run that a person means, and print runs as JSON."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from cli.console import Failure
from storage.database import Connection
from storage.id_prefix import IdPrefix
from storage.registry import sync_run_queries
from storage.registry.sync_run_queries import SyncRun


def find(connection: Connection, run: str) -> SyncRun:
    """Find the run of this id, the one whose id begins so, or the ``latest``.

    Raises Failure where there is none, or more than one.
    """
    ids = _ids(connection, run)
    if len(ids) > 1:
        raise Failure(f"Several runs have an id that begins with {run}: enter more of the id.")
    found = sync_run_queries.run(connection, ids[0]) if ids else None
    if found is None:
        raise Failure(f"No run has the id `{run}`: `volitus sync list` lists the runs.")
    return found


def _ids(connection: Connection, run: str) -> list[UUID]:
    if run == "latest":
        return [newest.id for newest in sync_run_queries.runs(connection, limit=1)]
    prefix = IdPrefix.parse(run)
    return sync_run_queries.ids(connection, prefix) if prefix else []


def as_json(run: SyncRun, *, preview: bool = True) -> dict[str, Any]:
    """Return the run as JSON, with the counts that it has got so far."""
    document = asdict(run)
    document["counts"] = counts(run)
    document["reason"] = run.reason.as_json() if run.reason else None
    if not preview:
        del document["preview"]
    return document


def counts(run: SyncRun) -> dict[str, int]:
    """Return the counts that the run has got so far."""
    return {name: number for name, number in asdict(run.counts).items() if number is not None}
