"""Find the run that a person means, and print runs and records as JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from cli.console import Failure
from storage.database import Connection
from storage.registry import sync_run_queries
from storage.registry.sync_run_queries import SyncRun

_DIGITS = frozenset("0123456789abcdef")


def find(connection: Connection, run: str) -> SyncRun:
    """Find the run of this id, the one whose id begins so, or the ``latest``.

    Raises Failure where there is none, or more than one.
    """
    found = _found(connection, run.lower())
    if len(found) > 1:
        raise Failure(f"Several runs begin with {run}: give more of the id.")
    if not found:
        raise Failure(f"There is no run `{run}`: `volitus sync list` shows those there are.")
    return found[0]


def _found(connection: Connection, run: str) -> list[SyncRun]:
    if run == "latest":
        return sync_run_queries.runs(connection, limit=1)
    digits = run.replace("-", "")
    if not digits or len(digits) > 32 or not _DIGITS.issuperset(digits):
        return []
    least, most = UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
    return sync_run_queries.runs_between(connection, least, most, limit=2)


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


def columns(row: Row[Any]) -> Mapping[str, Any]:
    """Return a row as JSON has it."""
    return dict(row._mapping)  # noqa: SLF001 - the public name, says SQLAlchemy's documentation


def references(connection: Connection, accounts: set[UUID]) -> dict[str, str]:
    """Return the customer number of each account, by its id as text."""
    found = sync_run_queries.account_references(connection, sorted(accounts))
    return {str(account_id): reference for account_id, reference in found.items()}
