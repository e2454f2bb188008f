"""One sync run as a person reads it."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from cli.console import print_facts, print_table, say
from cli.registry.lookup import Run, references
from storage.database import Connection

_FACTS = (
    *("id", "source", "subject", "state", "started_at", "ended_at", "companies", "version"),
    *("decided_by", "decided_at"),
)


# The order in which a run gets them; the database keeps none.
_COUNTS = (
    *("companies", "appeared", "changed", "vanished", "aside", "listed"),
    *("to_ask", "answered", "unknown", "applied", "started", "ended"),
)


def counts_of(run: Run) -> str:
    """Its counts in one line."""
    counts = run["counts"]
    names = [*(name for name in _COUNTS if name in counts), *sorted(set(counts) - set(_COUNTS))]
    return ", ".join(f"{name} {counts[name]}" for name in names)


def print_run(run: Run, connection: Connection) -> None:
    """Everything of a run, and what to do where it waits for a person."""
    facts = {name: run[name] for name in _FACTS}
    print_facts(facts | {"why": _why(run["reason"]), "counts": counts_of(run) or None})
    if run["preview"]:
        _print_preview(run["preview"], connection)
    if run["state"] == "held":
        say(f"Decide: `volitus sync release|reject {str(run['id'])[:8]} --reason '…'`")


def _why(reason: Mapping[str, Any] | None) -> str | None:
    return f"{reason['text']} ({reason['code']})" if reason else None


def _print_preview(preview: Mapping[str, Any], connection: Connection) -> None:
    changes = preview["ending"]["shown"] + preview["starting"]["shown"]
    known = references(connection, {UUID(change["account_id"]) for change in changes})
    print_facts(
        {
            "would end": f"{preview['ending']['total']} of {preview['held']} grants",
            "would start": f"{preview['starting']['total']} grants",
        }
    )
    columns = ("would", "account", "account id", "person id", "role", "why")
    print_table(columns, _preview_rows(preview, known))
    for name, part in (("end", preview["ending"]), ("start", preview["starting"])):
        if part["total"] > len(part["shown"]):
            say(f"Would {name} {part['total']}; the first {len(part['shown'])} are kept.")


def _preview_rows(
    preview: Mapping[str, Any], known: Mapping[str, str]
) -> Iterator[tuple[object, ...]]:
    for would, name in (("end", "ending"), ("start", "starting")):
        for change in preview[name]["shown"]:
            ids = (change["account_id"], change["person_id"])
            why = change["reason"].get("text")
            yield would, known.get(change["account_id"]), *ids, change["role"], why
