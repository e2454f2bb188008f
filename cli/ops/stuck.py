"""``volitus ops stuck`` and ``show``: list what is stuck, and show an item."""

from typing import Annotated

import typer

from api.auth.principals import StaffRole
from cli.connections import operator_settings
from cli.console import say
from cli.lookup import account_id, find_item, known_target
from cli.ops.next_steps import advice
from cli.ops.options import Id, OfAccount, OfCode, OfKind, OfProcess, OfTarget, OlderThan
from cli.ops.render import (
    group_json,
    listed_json,
    print_groups,
    print_items,
    print_story,
    story_json,
)
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Wide
from cli.staff import reading
from services.ops import stuck_story
from storage.accounts import account_queries
from storage.ops import stuck_queries, stuck_subjects
from storage.ops.stuck_queries import Filter

Groups = Annotated[bool, typer.Option("--groups", help="Count by target and reason instead.")]
Limit = Annotated[int, typer.Option(min=1, help="Maximum number of items.")]


def stuck(
    *,
    target: OfTarget = None,
    code: OfCode = None,
    kind: OfKind = None,
    process: OfProcess = None,
    account: OfAccount = None,
    older_than: OlderThan = None,
    groups: Groups = False,
    limit: Limit = 50,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List what is stuck. The item that is stuck longest comes first."""
    settings = operator_settings()
    with reading(settings, StaffRole.OPS) as database, database.reading() as connection:
        owner = account_id(connection, account)
        which = Filter(known_target(connection, target), code, kind, process, owner, older_than)
        counted = stuck_queries.groups(connection, which)
        if groups and as_json:
            print_json([group_json(group) for group in counted])
        elif groups and counted:
            print_groups(counted, wide=wide)
        elif not groups:
            items = stuck_queries.page(connection, which, after=None, limit=limit)
            about = stuck_subjects.subjects(connection, [item.id for item in items])
            if as_json:
                print_json([listed_json(item, about[item.id]) for item in items])
            elif items:
                print_items(connection, items, about, wide=wide)
            _say_if_more(sum(group.count for group in counted), limit)
    if not counted:
        say("Nothing is stuck." if which == Filter() else "No stuck item matches.")


def _say_if_more(total: int, limit: int) -> None:
    if total > limit:
        say(f"Showing {limit} of {total} items: use `--limit {total}` or `--groups`.")


def show(id_: Id, *, wide: Wide = False, as_json: Json = False) -> None:
    """Show an item, closed or not: reason, process, blocked steps, events, allowed decisions."""
    settings = operator_settings()
    with reading(settings, StaffRole.OPS) as database, database.reading() as connection:
        story = stuck_story.read(connection, find_item(connection, id_).id)
        owner = story.item.account_id
        reference = account_queries.references(connection, [owner]).get(owner) if owner else None
    if as_json:
        print_json(story_json(story, reference))
    else:
        print_story(story, reference, wide=wide)
    if 0 < len(story.blocked_steps) < story.blocked_count:
        shown = len(story.blocked_steps)
        say(f"Showing {shown} of {story.blocked_count} blocked steps.")
    if story.earlier_events:
        say(f"{story.earlier_events} earlier events are not shown: `volitus events list`")
    say(advice(story.item))
