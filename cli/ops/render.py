"""Stuck items as tables for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from api.ops import group_schemas, schemas
from cli.console import print_facts, print_table
from cli.ops.lookup import short
from cli.ops.next_steps import age, commands, decided
from cli.ops.render_failures import print_below, print_failures
from cli.ops.render_subject import (
    actor_line,
    cause_line,
    service_line,
    step_table,
    subject_facts,
)
from domain.ops.resolutions import StuckState
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import TEXTS, StuckKind, StuckReason
from domain.ops.stuck_subjects import StuckSubject
from domain.reasons import Reason
from services.ops.stuck_story import StuckStory
from storage.accounts import account_queries
from storage.database import Connection, now
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


_LISTED = (
    *("id", "since", "age", "target", "process", "action", "kind", "reason", "account", "service"),
    *("attempts", "allowed decisions", "state"),
)


def print_items(
    connection: Connection, items: Sequence[StuckItem], about: Mapping[UUID, StuckSubject]
) -> None:
    """Print one line for each item. ``about``: what each is about, by id."""
    at = now(connection)
    known = account_queries.references(
        connection, {item.account_id for item in items if item.account_id}
    )

    def line(item: StuckItem) -> Sequence[object]:
        account = known.get(item.account_id, item.account_id) if item.account_id else None
        service = service_line(about[item.id].service)
        reason = f"{item.code} ({item.detail})" if _has_cause(item) else item.code
        where = (item.target, item.process, item.action, item.kind, reason, account, service)
        found = (item.attempts, ", ".join(item.allowed_decisions), item.state)
        return short(item.id), item.since, age(at - item.since), *where, *found

    print_table(_LISTED, map(line, items))


def _has_cause(item: StuckItem) -> bool:
    return item.kind is StuckKind.PAUSED and bool(item.detail)


def print_groups(connection: Connection, groups: Sequence[StuckGroup]) -> None:
    """Print one line for each target, reason and kind."""
    at = now(connection)
    print_table(
        ("target", "reason", "kind", "count", "undecided", "oldest", "age"),
        (
            (g.target, g.code, g.kind, g.count, g.undecided, g.oldest, age(at - g.oldest))
            for g in groups
        ),
    )


def print_story(story: StuckStory, reference: str | None, at: datetime) -> None:
    """Print the item, the steps of its process, the steps that it blocks, and its events.

    ``reference``: its account's; ``at``: the database's clock.
    """
    facts = _facts(story.item, reference, at) | subject_facts(story.subject)
    print_facts(facts | {"blocked steps": story.blocked_count})
    if story.failing is not None:
        print_failures(story.failing)
    print_below(*step_table(story.steps))
    print_below(
        ("blocked step", "process", "process id", "action", "account id", "created at"),
        map(_blocked, story.blocked_steps),
    )
    print_below(("at", "event", "actor", "reason", "note", "state"), map(_event, story.events))


def _blocked(step: BlockedStep) -> Sequence[object]:
    of = (step.process, step.process_id, step.action, step.account_id)
    return short(step.id), *of, step.created_at


def _event(event: StuckEvent) -> Sequence[object]:
    state = (event.after or {}).get("state")
    return event.at, event.kind, actor_line(event.actor), _reason(event.reason), event.note, state


def _reason(reason: Reason | None) -> str:
    return f"{reason.text} ({reason.code})" if reason else ""


def _facts(item: StuckItem, reference: str | None, at: datetime) -> dict[str, object]:
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
        "stuck for": age((item.closed_at or at) - item.since),
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
