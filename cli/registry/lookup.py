"""Find the run that a person means, and print runs as JSON."""

from dataclasses import asdict

from cli import lookup
from cli.console import Failure
from storage.database import Connection
from storage.registry import sync_run_queries
from storage.registry.sync_run_queries import SyncRun


def find(connection: Connection, run: str) -> SyncRun:
    """Find the run of this id, the one whose id begins so, or the ``latest``.

    Raises Failure where there is none, or more than one.
    """
    if run == "latest":
        newest = sync_run_queries.runs(connection, limit=1)
        if not newest:
            raise Failure(
                "No run has the id `latest`: there was none. `volitus sync run` starts one."
            )
        return newest[0]
    found = sync_run_queries.run(connection, lookup.one(connection, run, lookup.RUN))
    assert found is not None  # noqa: S101 # found by its id above
    return found


def counts(run: SyncRun) -> dict[str, int]:
    """Return the counts that the run has got so far."""
    return {name: number for name, number in asdict(run.counts).items() if number is not None}
