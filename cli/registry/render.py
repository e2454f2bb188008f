"""Print one sync run for a person."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from cli.console import say
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, print_below
from cli.printing.values import short
from cli.registry import lookup
from domain.reasons import Reason
from domain.registry.sync import PreviewedGrants, SyncPreview, SyncState
from storage.database import Connection
from storage.registry import sync_run_queries
from storage.registry.sync_run_queries import SyncRun

_FACTS = ("id", "source", "subject", "state", "started_at", "ended_at", "companies", "version")


def counts_line(run: SyncRun) -> str:
    """Return the counts of a run in one line."""
    return ", ".join(f"{name} {number}" for name, number in lookup.counts(run).items())


def print_run(run: SyncRun, connection: Connection, *, wide: bool) -> None:
    """Print everything of a run, and what to do where it waits for a person."""
    facts = {name.replace("_", " "): getattr(run, name) for name in _FACTS}
    by = run.decided_by.shown if run.decided_by else None
    facts |= {"decided by": by, "decided at": run.decided_at, "note": run.note}
    facts |= {"waits for": run.waits_for, "until": run.waits_until}
    would = _would(run.preview) if run.preview else {}
    print_facts(facts | {"why": _why(run.reason), "counts": counts_line(run)} | would)
    if run.preview:
        _print_preview(run.preview, connection, wide=wide)
    if run.state is SyncState.HELD:
        say(f"Decide: `volitus sync release|reject {short(run.id)} --reason '…'`")


def _why(reason: Reason | None) -> str | None:
    return f"{reason.text} ({reason.code})" if reason else None


def _would(preview: SyncPreview) -> dict[str, object]:
    return {
        "would end": f"{preview.ending.total} of {preview.open_grants} grants",
        "would suspend": f"{preview.suspending.total} grants",
        "would start": f"{preview.starting.total} grants",
    }


def _print_preview(preview: SyncPreview, connection: Connection, *, wide: bool) -> None:
    changes = _changes(preview)
    account_ids = {grant.account_id for grants in changes.values() for grant in grants.shown}
    known = sync_run_queries.account_references(connection, sorted(account_ids))
    columns = Columns(
        ("would", "account", "account id", "person id", "role", "why"),
        spare=("account id", "role"),
    )
    print_below(columns, _preview_rows(preview, known), wide=wide)
    for name, grants in changes.items():
        if 0 < len(grants.shown) < grants.total:
            shown = len(grants.shown)
            say(f"Showing the first {shown} of {grants.total} grants that it would {name}.")


def _changes(preview: SyncPreview) -> Mapping[str, PreviewedGrants]:
    """Effects of the run, by name."""
    return {"end": preview.ending, "suspend": preview.suspending, "start": preview.starting}


def _preview_rows(preview: SyncPreview, known: Mapping[UUID, str]) -> Iterator[tuple[object, ...]]:
    for would, grants in _changes(preview).items():
        for grant in grants.shown:
            ids = (grant.account_id, grant.person_id)
            yield would, known.get(grant.account_id), *ids, grant.role, grant.reason.get("text")
