"""``volitus signing-rules read|confirm|reject|withdraw|end|look``: what mandate officers do."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

import typer

from api.auth.principals import StaffRole
from cli import lookup
from cli.connections import read_settings
from cli.console import say
from cli.json_input import File
from cli.printing.as_json import Json
from cli.reasons import Why
from cli.refusals import refused_in_one_line
from cli.signing_rules import render
from cli.staff import SignedIn, operating
from domain.audit import Actor
from domain.signing_rules.looks import LookResult
from services.signing_rules import looks, readings
from settings.commands import OfficerCommandSettings
from storage.database import Database
from storage.signing_rules.reading_queries import RecordedReading

Company = Annotated[
    str, typer.Argument(metavar="COMPANY", help="Id of a company, or its first digits.")
]
Id = Annotated[str, typer.Argument(metavar="READING", help="Id of a reading, or its first digits.")]
Digest = Annotated[
    str,
    typer.Option(metavar="DIGEST", help="Digest of the rule that you saw: `show` prints it."),
]
Result = Annotated[
    LookResult, typer.Option(metavar="RESULT", help=f"One of: {', '.join(LookResult)}.")
]
UNKNOWN_COMPANY = "Nothing is known of this company: see `volitus signing-rules list`."
UNKNOWN_READING = "No reading has this id: see `volitus signing-rules show COMPANY`."
Act = Callable[[Database, Actor], RecordedReading]


def register(app: typer.Typer) -> None:
    """Add the commands to ``volitus signing-rules``."""
    for command in (read, confirm, reject, withdraw, end, look):
        app.command()(command)


def read(company: Company, file: File, *, as_json: Json = False) -> None:
    """Record how a rule that stands in words is read. Another officer has to confirm it.

    FILE is as the body of `POST /v1/ops/signing-rules/COMPANY/readings`: digest, groups of
    country and code, through_day, document. Personal codes are never arguments.
    """
    settings = read_settings(OfficerCommandSettings)

    def act(database: Database, actor: Actor) -> RecordedReading:
        from cli.officer_input import wording  # noqa: PLC0415 # loads FastAPI

        id_ = _id(database, company, lookup.COMPANY)
        return readings.record(
            database,
            id_,
            wording(file),
            settings.zone,
            actor=actor,
        )

    _carry_out(settings, act, UNKNOWN_COMPANY, only=SignedIn.TOGETHER, as_json=as_json)
    say("Recorded. Another mandate officer confirms it: `volitus signing-rules confirm READING`")


def confirm(reading: Id, reason: Why, *, as_json: Json = False) -> None:
    """Confirm a reading that another officer recorded: its members have access at once."""
    settings = read_settings(OfficerCommandSettings)

    def act(database: Database, actor: Actor) -> RecordedReading:
        rules = settings.departure.rules()
        id_ = _id(database, reading, lookup.READING)
        return readings.confirm(database, id_, rules, actor=actor, note=reason)

    _carry_out(settings, act, only=SignedIn.TOGETHER, as_json=as_json)
    say("Confirmed: the members have access.")


def reject(reading: Id, reason: Why, *, as_json: Json = False) -> None:
    """Reject a reading that another officer recorded."""

    def act(database: Database, actor: Actor) -> RecordedReading:
        id_ = _id(database, reading, lookup.READING)
        return readings.reject(database, id_, actor=actor, note=reason)

    _carry_out(read_settings(OfficerCommandSettings), act, only=SignedIn.TOGETHER, as_json=as_json)
    say("Rejected.")


def withdraw(reading: Id, reason: Why, *, as_json: Json = False) -> None:
    """Withdraw a reading that you recorded and nobody confirmed."""

    def act(database: Database, actor: Actor) -> RecordedReading:
        id_ = _id(database, reading, lookup.READING)
        return readings.withdraw(database, id_, actor=actor, note=reason)

    _carry_out(read_settings(OfficerCommandSettings), act, as_json=as_json)
    say("Withdrawn.")


def end(reading: Id, reason: Why, *, as_json: Json = False) -> None:
    """End a reading that was confirmed: the access that it gives ends at once."""
    settings = read_settings(OfficerCommandSettings)

    def act(database: Database, actor: Actor) -> RecordedReading:
        rules = settings.departure.rules()
        id_ = _id(database, reading, lookup.READING)
        return readings.end(database, id_, rules, actor=actor, note=reason)

    _carry_out(settings, act, as_json=as_json)
    say("Ended: what it gave is over.")


def look(company: Company, digest: Digest, result: Result, reason: Why) -> None:
    """Say whether the groups that the register states are read rightly."""
    settings = read_settings(OfficerCommandSettings)
    with (
        operating(settings, StaffRole.MANDATE_OFFICER, only=SignedIn.OFFICER) as operator,
        refused_in_one_line(UNKNOWN_COMPANY),
    ):
        said = (_id(operator.database, company, lookup.COMPANY), digest)
        ok = result is LookResult.CONFIRMED
        looks.look(operator.database, *said, ok=ok, actor=operator.acting(), note=reason)
    say(f"Recorded: {result}.")


def _id(database: Database, typed: str, kind: lookup.Kind) -> UUID:
    with database.reading() as connection:
        return lookup.one(connection, typed, kind)


def _carry_out(
    settings: OfficerCommandSettings,
    act: Act,
    unknown: str = UNKNOWN_READING,
    *,
    only: SignedIn | None = None,
    as_json: bool,
) -> None:
    """Carry out the act of an officer, and show the reading after it. Raises Failure."""
    officer = StaffRole.MANDATE_OFFICER
    with (
        operating(settings, officer, only=only) as operator,
        refused_in_one_line(unknown),
    ):
        done = act(operator.database, operator.acting())
    render.show_reading(done, as_json=as_json)
