"""``volitus freeze``: freeze a person or an account, and see what is frozen."""

from typing import Annotated

import typer

from api.auth.principals import StaffRole
from api.ops.freeze_schemas import Freeze
from cli import lookup
from cli.access import freeze_lifting
from cli.access.freeze_facts import facts as facts_of
from cli.connections import operator_settings
from cli.console import Failure, confirm, require_terminal, say
from cli.groups import Group
from cli.people.person import FromStdin, require_person, the_person
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, Wide, print_table
from cli.printing.values import short
from cli.reasons import Why
from cli.staff import READERS, Operator, operating
from domain.access.suspensions import FreezeReason, Subject
from services.access import freezes
from services.errors import NotFound
from storage.access import suspension_queries

app = Group(
    help="Freeze a person or an account, and list freezes. Lifting takes two members of staff:"
    " `request-lift`, then `lift`."
)
freeze_lifting.register(app)

PersonId = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="Id of the person, or its first digits.")
]
Account = Annotated[str, typer.Argument(metavar="ID", help="Id or reference of the account.")]
Code = Annotated[FreezeReason, typer.Option(help="Why, as a code. Recorded in the history.")]
Yes = Annotated[bool, typer.Option("--yes", help="Skip the confirmation.")]
All = Annotated[bool, typer.Option("--all", help="Also list those that were lifted.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]

_UNATTENDED = "Nothing was frozen: there is no terminal for the confirmation. Use --yes."
_LIFT = (
    "Lifting takes two members of staff: `volitus freeze request-lift {id} --reason '…'`, then"
    " another one `volitus freeze lift {id} --reason '…'`."
)


@app.command()
def person(
    code: Code,
    reason: Why,
    id_: PersonId = None,
    *,
    code_from_stdin: FromStdin = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Freeze a person: they can log in, and every access of theirs is refused from now on.

    One who is frozen already stays as they are. Exit code 1 where the person is unknown.
    """
    _require_sure(yes=yes)
    require_person(id_, code_from_stdin=code_from_stdin, argument="its ID")
    with operating(operator_settings(), StaffRole.OPS) as operator:
        with operator.database.reading() as connection:
            who = the_person(connection, id_, code_from_stdin=code_from_stdin)
        _freeze(operator, Subject(person_id=who), code, reason, yes=yes, as_json=as_json)


@app.command()
def account(
    id_: Account, code: Code, reason: Why, *, yes: Yes = False, as_json: Json = False
) -> None:
    """Freeze an account: every access to it is refused from now on, whoever asks.

    One that is frozen already stays as it is. Exit code 1 where the account is unknown.
    """
    _require_sure(yes=yes)
    with operating(operator_settings(), StaffRole.OPS) as operator:
        with operator.database.reading() as connection:
            subject = Subject(account_id=lookup.account_id(connection, id_))
        _freeze(operator, subject, code, reason, yes=yes, as_json=as_json)


def _require_sure(*, yes: bool) -> None:
    if not yes:
        require_terminal(_UNATTENDED)


def _freeze(
    operator: Operator,
    subject: Subject,
    code: FreezeReason,
    why: str,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    if not yes:
        confirm(
            f"Freeze the {subject.frozen} {subject.id}? Only two members of staff can lift it.",
            unattended=_UNATTENDED,
            refused="Nothing was frozen.",
        )
    try:
        frozen = freezes.freeze(operator.database, subject, code, actor=operator.acting(), note=why)
    except NotFound:
        raise Failure(
            f"The {subject.frozen} {subject.id} is gone: nothing was frozen. Look it up again."
        ) from None
    if as_json:
        print_json(Freeze.of(frozen, operator.member.actor))
    say(f"Frozen: the {subject.frozen} {subject.id}. {_LIFT.format(id=short(frozen.id))}")


_COLUMNS = Columns(
    ("id", "frozen", "subject", "code", "since", "lift requested by", "lifted at"),
    spare=("lifted at",),
)


@app.command("list")
def list_(
    limit: Limit = 100, *, all_: All = False, wide: Wide = False, as_json: Json = False
) -> None:
    """List freezes in force, the newest first."""
    settings = operator_settings()
    with operating(settings, *READERS) as operator, operator.database.reading() as connection:
        found = suspension_queries.freezes(connection, lifted_too=all_, before=None, limit=limit)
    if as_json:
        print_json([Freeze.of(each, operator.member.actor) for each in found])
        return
    facts = map(facts_of, found)
    rows = ([each[name.replace(" ", "_")] for name in _COLUMNS.names] for each in facts)
    print_table(_COLUMNS, rows, wide=wide)
    if len(found) == limit:
        say(f"Showing {limit} rows; there may be more: use --limit.")


@app.command()
def show(freeze: freeze_lifting.FreezeId, *, as_json: Json = False) -> None:
    """Show one freeze: why, by whom, and how far its lifting is. Exit code 1 for an unknown one."""
    with operating(operator_settings(), *READERS) as operator:
        database = operator.database
        try:
            with database.reading() as connection:
                id_ = lookup.one(connection, freeze, lookup.FREEZE)
            found = freezes.read_freeze(database, id_)
        except NotFound:
            raise Failure(freeze_lifting.UNKNOWN) from None
    if as_json:
        print_json(Freeze.of(found, operator.member.actor))
        return
    facts = facts_of(found)
    print_facts({name.replace("_", " "): value for name, value in facts.items()})
    if found.lifted_at is None:
        say(_LIFT.format(id=short(found.id)))
