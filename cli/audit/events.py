"""``volitus events``: read the append-only history, and erase what was written beside it."""

from typing import Annotated, Any

import typer

from api.auth.principals import StaffRole
from cli import lookup
from cli.connections import operator_settings
from cli.console import Failure, say
from cli.groups import Group
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Columns, Wide, print_table
from cli.staff import SignedIn, operating, reading
from services.audit.notes import erase_note
from storage.audit import chain_links, event_queries, hash_chain
from storage.audit.event_queries import SealedEvent

app = Group(help="List and verify the history.")

Account = Annotated[
    str | None,
    typer.Option(metavar="ID", help="Only events of this account: its id or reference."),
]
After = Annotated[
    int | None, typer.Option(min=0, help="Only events after this position. Default: the newest.")
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]


@app.command("list")
def list_(
    account: Account = None,
    after: After = None,
    limit: Limit = 50,
    *,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List events, oldest first: when, what, who, and why."""
    with reading(operator_settings(), StaffRole.OPS) as database:
        hash_chain.seal_all(database)
        with database.reading() as connection:
            of = lookup.account_id(connection, account)
            if after is None:
                events = event_queries.newest(connection, limit=limit, account_id=of)
            else:
                events = event_queries.feed(connection, after=after, limit=limit, account_id=of)
    if as_json:
        print_json([_document(sealed) for sealed in events])
        return
    print_table(_COLUMNS, (_row(sealed) for sealed in events), wide=wide)
    if len(events) == limit and after is not None:
        say(f"There may be more: use --after {events[-1].position}.")


_COLUMNS = Columns(
    ("position", "at", "kind", "by", "account", "person", "reason", "note"),
    spare=("person", "account", "note", "reason"),
)


def _document(sealed: SealedEvent) -> dict[str, Any]:
    """Return an event as the API's feed has it, and what stands beside it, for staff."""
    from api.audit.events import FeedEvent  # noqa: PLC0415 # loads FastAPI

    place = {"position": sealed.position, "hash": sealed.hash}
    event = FeedEvent(**chain_links.line(sealed.event), **place)
    return event.model_dump(exclude_unset=True) | {
        "note": sealed.note,
        "staff_name": sealed.staff_name,
    }


def _row(sealed: SealedEvent) -> list[object]:
    event, reason = sealed.event, sealed.event.reason or {}
    when = [sealed.position, event.at, event.kind]
    return [
        *when,
        _by(sealed),
        event.account_id,
        event.person_id,
        reason.get("text"),
        sealed.note,
    ]


def _by(sealed: SealedEvent) -> str:
    actor = sealed.event.actor
    person = f" for {actor['for']}" if "for" in actor else ""
    glass = " (break-glass)" if actor.get("break_glass") and not sealed.staff_name else ""
    return f"{actor['kind']}:{sealed.staff_name or actor['id']}".rstrip(":") + person + glass


@app.command("erase-note")
def erase_note_(
    position: Annotated[
        int,
        typer.Argument(
            min=1,
            metavar="POSITION",
            help="Position of the event, as `volitus events list` shows it.",
        ),
    ],
) -> None:
    """Erase the note of an event. The chain stays valid; this cannot be undone.

    The history records who erased it. Exit code 1 where there is no such note.
    """
    with operating(operator_settings(), StaffRole.OPS, only=SignedIn.ERASING) as operator:
        erased = erase_note(operator.database, position, actor=operator.acting())
    if not erased:
        raise Failure(
            f"The event at position {position} has no note: `volitus events list` shows notes."
        )
    say("The note is erased.")
