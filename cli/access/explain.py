"""``volitus explain``: explain an access decision. No personal code is ever an argument."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import ValidationError

from api.access.schemas import ExplainAccessRequest, Explanation, RegisterStatement
from cli import lookup
from cli.connections import read_settings
from cli.console import USAGE, Failure
from cli.people.person import FromStdin, Person, require_person, the_person
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, Wide, print_below
from cli.staff import READERS, operating
from domain.access.permissions import Permission
from domain.numbers.sms_texts import Language
from domain.people.look_ups import LookUp
from runtime.sentences import Sentences
from services.access.explain import Question
from services.access.explain import explain as explain_access
from services.errors import NotFound
from services.people import look_up
from settings.commands import ExplainSettings

Account = Annotated[
    str, typer.Option(metavar="ID", help="The account: its id or the customer's reference.")
]
Wanted = Annotated[
    Permission, typer.Option(help="The permission, like invoice:pay.", metavar="NAME")
]
Service = Annotated[
    str | None,
    typer.Option(metavar="ID", help="Id of the service concerned. Default: the whole account."),
]
At = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="A past moment: 2026-11-23T12:00:00+02:00. Default: now."),
]


def explain(
    account: Account,
    permission: Wanted,
    person: Person = None,
    service: Service = None,
    at: At = None,
    *,
    code_from_stdin: FromStdin = False,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """Explain why a person may do something on an account, or what is missing."""
    require_person(person, code_from_stdin=code_from_stdin)
    _check_moment(at)
    settings = read_settings(ExplainSettings)
    sentences = Sentences(Language.ENGLISH, settings.zone)
    with operating(settings, *READERS) as operator:
        database = operator.database
        with database.reading() as connection:
            who = the_person(connection, person, code_from_stdin=code_from_stdin)
            where = (
                lookup.the_account(connection, account),
                lookup.perhaps(connection, service, lookup.SERVICE),
            )
        try:
            request = ExplainAccessRequest.model_validate(
                {"account_id": where[0], "permission": permission, "person_id": who}
                | {"service_id": where[1], "at": at}
            )
            question = Question(who, where[0], permission, where[1], request.at)
            look_up.by_id(database, who, LookUp.EXPLANATION, actor=operator.acting())
            explanation = Explanation.of(explain_access(database, question), sentences)
        except ValidationError:
            raise _not_a_moment() from None
        except NotFound:
            raise Failure("The service is none of this account's: leave --service out.") from None
    if as_json:
        print_json(explanation)
    else:
        _print(explanation, wide=wide)


def _check_moment(at: str | None) -> None:
    """Raise Failure unless it is a time in the past with a zone."""
    try:
        is_past = at is None or datetime.fromisoformat(at) < datetime.now(UTC)
    except (ValueError, TypeError):
        is_past = False
    if not is_past:
        raise _not_a_moment()


def _not_a_moment() -> Failure:
    return Failure(
        "--at must be a time in the past with a zone, like 2026-11-23T12:00:00+02:00.", USAGE
    )


def _print(explanation: Explanation, *, wide: bool) -> None:
    account = explanation.account
    named = " ".join(each for each in (account.reference, account.name) if each)
    print_facts(
        {
            "allowed": "yes" if explanation.allowed else "no",
            "because": "; ".join(reason.text for reason in explanation.reasons),
            "until": explanation.valid_until,
            "as of": explanation.as_of,
            "person": f"{explanation.person.name} {explanation.person.id}".strip(),
            "account": f"{named} ({account.kind}, {account.status})",
            **_register(explanation.register_statement),
        }
    )
    _print_tables(explanation, wide=wide)


def _register(statement: RegisterStatement | None) -> dict[str, object]:
    """What the register says, by name; nothing of a private account."""
    if statement is None:
        return {}
    others = ", ".join(f"{p.name or '?'} {p.id or ''}".strip() for p in statement.together_with)
    company = f"company: {statement.status}, {statement.legal_form}"
    return {
        "register": f"{statement.reason.text} ({company})",
        "register as of": statement.as_of,
        "together with": others or None,
    }


def _print_tables(explanation: Explanation, *, wide: bool) -> None:
    if explanation.path:
        columns = Columns(
            ("role held", "origin", "since", "until", "why", "allows it"), spare=("origin", "since")
        )
        grants = [
            (step.grant, step.sentence, "yes" if step.allows else "no") for step in explanation.path
        ]
        print_below(
            columns,
            ((g.role, g.origin, g.since, g.until, why, yes) for g, why, yes in grants),
            wide=wide,
        )
    if explanation.missing:
        rows = ((found.reason.text, found.remedy.text) for found in explanation.missing)
        print_below(("missing", "what would change it"), rows, wide=wide)
