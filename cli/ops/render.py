"""What is stuck as a person reads it, and as a program does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from cli.console import out, print_facts, print_table
from cli.ops.next_steps import age, commands, decided, short
from cli.registry.lookup import columns, references
from domain.ops.stuck_reasons import TEXTS, StuckKind, StuckReason
from storage.database import Connection
from storage.ops import stuck_queries

_INNER = ("step_id", "woken_at")


def shape(row: Row[Any]) -> dict[str, Any]:
    """A row as JSON has it: with the reason in words, and the commands that may follow."""
    return _without(columns(row), *_INNER) | {"text": words(row.code), "commands": commands(row)}


def words(code: str) -> str:
    """A reason for people; one of a newer version is its code."""
    return TEXTS[StuckReason(code)] if code in set(StuckReason) else code


def now(connection: Connection) -> datetime:
    """The database's clock, which ages are measured by."""
    at: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return at


_LISTED = (
    *("id", "since", "age", "target", "process", "action", "reason", "account"),
    *("attempts", "may", "state"),
)


def print_stuck(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    """One line for each."""
    at = now(connection)
    known = references(connection, {row.account_id for row in rows if row.account_id})

    def line(row: Row[Any]) -> Sequence[object]:
        account = known.get(str(row.account_id), row.account_id)
        where = (row.target, row.process, row.action, row.code, account)
        found = (row.attempts, ", ".join(row.allowed_decisions), row.state)
        return short(row.id), row.since, age(at - row.since), *where, *found

    print_table(_LISTED, map(line, rows))


def print_groups(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    """One line for each target and reason."""
    at = now(connection)
    names = ("target", "code", "kind", "count", "undecided", "oldest")
    print_table(
        ("target", "reason", "kind", "count", "undecided", "oldest", "age"),
        ([*(columns(row)[name] for name in names), age(at - row.oldest)] for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Story:
    """Everything about one that is or was stuck."""

    row: Row[Any]
    account: str | None
    at: datetime
    steps: Sequence[Row[Any]]
    behind: Sequence[Row[Any]]
    """The first of the steps of other processes that wait for this one."""
    events: Sequence[Row[Any]]
    """The newest."""
    waiting: int
    """How many wait behind it; for a target's row, for the target."""

    @classmethod
    def of(cls, connection: Connection, row: Row[Any]) -> "Story":
        """Read it all."""
        known = references(connection, {row.account_id} if row.account_id else set())
        behind = stuck_queries.behind(connection, row.id)
        waiting = behind[0].all if behind else 0
        if row.kind == StuckKind.PAUSED and row.state != "closed":
            waiting = stuck_queries.waiting_for(connection, row.target)
        process = row.process_id
        return cls(
            row=row,
            account=known.get(str(row.account_id)),
            at=now(connection),
            steps=stuck_queries.steps_of(connection, process) if process else [],
            behind=behind,
            events=stuck_queries.events_of(connection, row.id),
            waiting=waiting,
        )

    @property
    def earlier_events(self) -> int:
        """How many there are before those that are kept here."""
        return self.events[0].all - len(self.events) if self.events else 0

    def shape(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return shape(self.row) | {
            "account": self.account,
            "steps": [columns(step) for step in self.steps],
            "behind": [_without(columns(step), "all", "place") for step in self.behind],
            "waiting": self.waiting,
            "events": [_without(columns(event), "all", "id") for event in self.events],
            "earlier_events": self.earlier_events,
        }


def _without(told: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}


def print_story(story: Story) -> None:
    """The row, the steps of its process, what waits behind it, and its history."""
    row = story.row
    print_facts(_facts(row, story))
    if story.steps:
        _print_below(
            ("step", "target", "state", "attempts", "waits for", "asked at", "ended at"),
            (
                (s.action, s.target, s.state, s.attempts, s.waits_for, s.created_at, s.ended_at)
                for s in story.steps
            ),
        )
    if story.behind:
        _print_below(
            ("waits behind it", "process", "process id", "action", "account id", "asked at"),
            (
                (short(s.id), s.process, s.process_id, s.action, s.account_id, s.created_at)
                for s in story.behind
            ),
        )
    if story.events:
        _print_below(
            ("at", "what", "who", "why", "state"),
            (
                (e.at, e.kind, _who(e.actor), _why(e.reason), (e.after or {}).get("state"))
                for e in story.events
            ),
        )


def _print_below(columns_: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    out().print()
    print_table(columns_, rows)


_NAMED = ("target", "action", "process", "process_id", "workflow_id", "attempts", "since")
_TIMES = ("first_failed_at", "last_failed_at", "closed_at", "resolution")


def _facts(row: Row[Any], story: Story) -> dict[str, object]:
    told = columns(row)
    return {
        **{name: told[name] for name in ("id", "state", "version", "kind")},
        "why": f"{words(row.code)} ({row.code})",
        "target's word": row.detail or None,
        **{name: told[name] for name in _NAMED},
        "stuck for": age((row.closed_at or story.at) - row.since),
        **{name: told[name] for name in _TIMES},
        "account": " ".join(str(v) for v in (story.account, row.account_id) if v) or None,
        "may be corrected": ", ".join(row.correctable_inputs) or None,
        "decision": decided(row) if row.state in {"decided", "retrying"} else None,
        "waiting": story.waiting,
    }


def _who(actor: Mapping[str, Any]) -> str:
    """An operator's id says already what they are."""
    return str(actor["id"]) if actor["kind"] == "ops" else f"{actor['kind']}:{actor['id']}"


def _why(reason: Mapping[str, Any]) -> str:
    return f"{reason.get('text', '')} ({reason.get('code', '')})"
