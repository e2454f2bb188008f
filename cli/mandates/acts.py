"""``volitus mandates record|confirm|reject|withdraw|end``: what mandate officers do."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID, uuid4

import typer

from api.auth.principals import StaffRole
from cli import lookup
from cli.connections import read_settings
from cli.console import say
from cli.json_input import File
from cli.mandates import render
from cli.printing.as_json import Json
from cli.reasons import Why
from cli.refusals import refused_in_one_line
from cli.staff import SignedIn, operating
from domain.audit import Actor
from services.mandates import mandates
from services.mandates.reads import PaperMandate
from settings.commands import OfficerCommandSettings
from storage.database import Database

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a mandate, or its first digits.")]
UNKNOWN = "No mandate has this id: see `volitus mandates list`."
_UNKNOWN_ACCOUNT = "The account does not exist: check account_id in FILE."
Act = Callable[[Database, Actor], PaperMandate]


def register(app: typer.Typer) -> None:
    """Add the commands to ``volitus mandates``."""
    for command in (record, confirm, reject, withdraw, end):
        app.command()(command)


def record(file: File, *, as_json: Json = False) -> None:
    """Record what a paper gives to a person. It gives nothing before another officer confirms it.

    FILE is as the body of `POST /v1/ops/mandates`: account_id, person, role or permissions,
    service_ids, from_day, through_day, document. The personal code is never an argument.
    """
    settings = read_settings(OfficerCommandSettings)

    def act(database: Database, actor: Actor) -> PaperMandate:
        from cli.officer_input import recording  # noqa: PLC0415 # loads FastAPI

        new = recording(file, uuid4())
        return mandates.record(database, new, settings.zone, actor=actor)

    _carry_out(
        settings,
        act,
        _UNKNOWN_ACCOUNT,
        only=SignedIn.TOGETHER,
        as_json=as_json,
    )
    say("Recorded. Another mandate officer confirms it: `volitus mandates confirm ID`")


def confirm(mandate: Id, reason: Why, *, as_json: Json = False) -> None:
    """Confirm a mandate that another officer recorded: access begins at once, or on its first day.

    Compare it with the paper first: `volitus mandates show ID`.
    """
    settings = read_settings(OfficerCommandSettings)

    def act(database: Database, actor: Actor) -> PaperMandate:
        return mandates.confirm(
            database, _id(database, mandate), settings.zone, actor=actor, note=reason
        )

    _carry_out(settings, act, only=SignedIn.TOGETHER, as_json=as_json)
    say("Confirmed: the person and those who represent the owner are told.")


def reject(mandate: Id, reason: Why, *, as_json: Json = False) -> None:
    """Reject a mandate that another officer recorded. Whom it was for is forgotten."""

    def act(database: Database, actor: Actor) -> PaperMandate:
        id_ = _id(database, mandate)
        return mandates.reject(database, id_, actor=actor, note=reason)

    _carry_out(read_settings(OfficerCommandSettings), act, only=SignedIn.TOGETHER, as_json=as_json)
    say("Rejected.")


def withdraw(mandate: Id, reason: Why, *, as_json: Json = False) -> None:
    """Withdraw a mandate that you recorded, before it is answered. Whom it was for is forgotten."""

    def act(database: Database, actor: Actor) -> PaperMandate:
        id_ = _id(database, mandate)
        return mandates.withdraw(database, id_, actor=actor, note=reason)

    _carry_out(read_settings(OfficerCommandSettings), act, as_json=as_json)
    say("Withdrawn.")


def end(mandate: Id, reason: Why, *, as_json: Json = False) -> None:
    """End what a confirmed mandate gives, at once. One officer is enough."""

    def act(database: Database, actor: Actor) -> PaperMandate:
        id_ = _id(database, mandate)
        return mandates.end(database, id_, actor=actor, note=reason)

    _carry_out(read_settings(OfficerCommandSettings), act, as_json=as_json)
    say("Ended: what it gave is over.")


def _id(database: Database, mandate: str) -> UUID:
    with database.reading() as connection:
        return lookup.one(connection, mandate, lookup.MANDATE)


def _carry_out(
    settings: OfficerCommandSettings,
    act: Act,
    unknown: str = UNKNOWN,
    *,
    only: SignedIn | None = None,
    as_json: bool,
) -> None:
    """Carry out the act of an officer, and show the mandate after it. Raises Failure."""
    officer = StaffRole.MANDATE_OFFICER
    with (
        operating(settings, officer, only=only) as operator,
        refused_in_one_line(unknown),
    ):
        done = act(operator.database, operator.acting())
    render.show(done, operator.member.actor, as_json=as_json)
