"""Stuck items as tables for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from api.ops import group_schemas, schemas
from cli.ops.next_steps import commands, decided
from cli.ops.render_failures import print_failures
from cli.ops.render_subject import (
    actor_line,
    cause_line,
    service_line,
    step_table,
    subject_facts,
)
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, print_below, print_table
from domain.ops.resolutions import StuckState
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import TEXTS, StuckKind, StuckReason
from domain.ops.stuck_subjects import StuckSubject
from domain.reasons import Reason
from services.ops.stuck_story import StuckStory
from storage.accounts import account_queries
from storage.database import Connection
from storage.ops.stuck_queries import StuckGroup
from storage.ops.stuck_story_queries import BlockedStep, StuckEvent


def item_json(item: StuckItem) -> dict[str, Any]:
    """An item as the API answers it, and the commands that decide about it."""
    return schemas.StuckItem.of(item).model_dump() | {"commands": commands(item)}


def listed_json(item: StuckItem, subject: StuckSubject) -> dict[str, Any]:
    """An item and what it is about, as the API lists it, and the commands that decide about it."""
    listed = schemas.ListedStuckItem.about(item, subject).model_dump()
    return listed | {"commands": commands(item)}


def story_json(story: StuckStory, reference: str | None) -> dict[str, Any]:
    """A story as the API answers it, with the account's reference and the commands."""
    story_ = schemas.StuckItemDetails.of_story(story).model_dump()
    return story_ | {"account": reference, "commands": commands(story.item)}


def group_json(group: StuckGroup) -> dict[str, Any]:
    """A group as the API answers it."""
    return group_schemas.StuckGroup.of(group).model_dump()


_LISTED = Columns(
    (
        *("id", "state", "since", "target", "action", "reason", "account", "service"),
        *("attempts", "kind", "process", "allowed decisions"),
    ),
    spare=("allowed decisions", "process", "kind", "attempts", "service", "action"),
)
_GROUPED = Columns(
    ("target", "reason", "kind", "count", "undecided", "oldest"), spare=("undecided",)
)
_BLOCKED = Columns(
    ("blocked step", "process", "process id", "action", "account id", "created at"),
    spare=("account id", "process id"),
)
_EVENTS = Columns(("at", "event", "actor", "reason", "note", "state"), spare=("state",))


def print_items(
    connection: Connection,
    items: Sequence[StuckItem],
    about: Mapping[UUID, StuckSubject],
    *,
    wide: bool,
) -> None:
    """Print one line for each item. ``about``: what each is about, by id."""
    known = account_queries.references(
        connection, {item.account_id for item in items if item.account_id}
    )

    def line(item: StuckItem) -> Sequence[object]:
        account = known.get(item.account_id, item.account_id) if item.account_id else None
        service = service_line(about[item.id].service)
        reason = f"{item.code} ({item.detail})" if _has_cause(item) else item.code
        where = (item.target, item.action, reason, account, service)
        found = (item.attempts, item.kind, item.process, ", ".join(item.allowed_decisions))
        return item.id, item.state, item.since, *where, *found

    print_table(_LISTED, map(line, items), wide=wide)


def _has_cause(item: StuckItem) -> bool:
    return item.kind is StuckKind.PAUSED and bool(item.detail)


def print_groups(groups: Sequence[StuckGroup], *, wide: bool) -> None:
    """Print one line for each target, reason and kind."""
    rows = ((g.target, g.code, g.kind, g.count, g.undecided, g.oldest) for g in groups)
    print_table(_GROUPED, rows, wide=wide)


def print_story(story: StuckStory, reference: str | None, *, wide: bool) -> None:
    """Print the item, the steps of its process, the steps that it blocks, and its events.

    ``reference``: its account's.
    """
    facts = _facts(story.item, reference) | subject_facts(story.subject)
    print_facts(facts | {"blocked steps": story.blocked_count})
    if story.failing is not None:
        print_failures(story.failing, wide=wide)
    print_below(*step_table(story.steps), wide=wide)
    print_below(_BLOCKED, map(_blocked, story.blocked_steps), wide=wide)
    print_below(_EVENTS, map(_event, story.events), wide=wide)


def _blocked(step: BlockedStep) -> Sequence[object]:
    of = (step.process, step.process_id, step.action, step.account_id)
    return step.id, *of, step.created_at


def _event(event: StuckEvent) -> Sequence[object]:
    state = (event.after or {}).get("state")
    return event.at, event.kind, actor_line(event.actor), _reason(event.reason), event.note, state


def _reason(reason: Reason | None) -> str:
    return f"{reason.text} ({reason.code})" if reason else ""


def _facts(item: StuckItem, reference: str | None) -> dict[str, object]:
    account: tuple[str | UUID | None, ...] = (reference, item.account_id)
    in_hand = item.state in {StuckState.DECIDED, StuckState.RETRYING}
    return {
        "id": item.id,
        "state": item.state,
        "version": item.version,
        "kind": item.kind,
        "reason": f"{TEXTS[item.code]} ({item.code})",
        "detail": item.detail or None,
        "question": item.question and cause_line(item.question),
        "target": item.target,
        "action": item.action,
        "process": item.process,
        "process id": item.process_id,
        "workflow id": item.workflow_id,
        "attempts": item.attempts or None,
        "since": item.since,
        "stuck for": item.closed_at and item.closed_at - item.since,
        **_times(item),
        "closed at": item.closed_at,
        "resolution": item.resolution,
        "account": " ".join(str(each) for each in account if each) or None,
        "correctable inputs": ", ".join(item.correctable_inputs) or None,
        "decision": decided(item) if in_hand else None,
        "note": item.note,
    }


_TIMES = {
    StuckKind.TROUBLE: ("first failed at", "last failed at"),
    StuckKind.REFUSED: ("first refused at", "last refused at"),
    StuckKind.DOUBT: ("in doubt since", "last attempt at"),
    StuckKind.BROKEN: ("broken since", "last found broken at"),
    StuckKind.PAUSED: ("paused at", "last failed at"),
    StuckKind.UNATTENDED: ("nobody there since", "listed at"),
}


def _times(item: StuckItem) -> dict[str, datetime]:
    """The first and the last time, named by what happened then."""
    if item.code is StuckReason.TARGET_PAUSED:  # by an operator: nothing need have failed
        return {"paused at": item.last_failed_at}
    first, last = _TIMES[item.kind]
    return {first: item.first_failed_at, last: item.last_failed_at}
