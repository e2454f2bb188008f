"""``volitus drift repair`` and ``accept``: what a person decides about differences."""

from dataclasses import replace
from typing import Annotated

import typer

from api.auth.principals import StaffRole
from cli import lookup
from cli.connections import operator_settings
from cli.console import USAGE, Failure, confirm, say
from cli.inventory.options import Ids, InState, OfCharacteristic, OfNetwork, OfService, find
from cli.printing.as_json import Json, print_json
from cli.reasons import Why
from cli.staff import Operator, operating
from domain.inventory.drift import DriftDecision
from services.inventory import drift
from storage.inventory.drift_queries import DriftFilter

Sure = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]


def repair(
    ids: Ids = None,
    *,
    reason: Why,
    state: InState = None,
    characteristic: OfCharacteristic = None,
    network: OfNetwork = None,
    service: OfService = None,
    yes: Sure = False,
    as_json: Json = False,
) -> None:
    """Send services to their networks again, each with all that differs of it.

    Name the differences, or say which by options: `--state held` releases what was held.
    """
    which = DriftFilter(state, characteristic, network)
    _decide(DriftDecision.REPAIR, which, service, ids, reason, sure=yes, as_json=as_json)


def accept(
    ids: Ids = None,
    *,
    reason: Why,
    state: InState = None,
    characteristic: OfCharacteristic = None,
    network: OfNetwork = None,
    service: OfService = None,
    yes: Sure = False,
    as_json: Json = False,
) -> None:
    """Make what networks have what services should have. Not of numbers and states."""
    which = DriftFilter(state, characteristic, network)
    _decide(DriftDecision.ACCEPT, which, service, ids, reason, sure=yes, as_json=as_json)


def _decide(
    decision: DriftDecision,
    which: DriftFilter,
    service: str | None,
    typed: list[str] | None,
    reason: str,
    *,
    sure: bool,
    as_json: bool,
) -> None:
    if not typed and service is None and which == DriftFilter():
        raise Failure("Say which differences: their ids, or an option such as --state.", USAGE)
    with operating(operator_settings(), StaffRole.OPS) as operator:
        with operator.database.reading() as connection:
            of = lookup.perhaps(connection, service, lookup.SERVICE)
            which = replace(which, service_id=of)
            if typed:
                which = which.among(find(connection, typed))
        if not sure:
            _confirm(operator, decision, which)
        done = drift.decide(
            operator.database, decision, which, actor=operator.acting(), note=reason
        )
    if as_json:
        print_json({"decision": decision, **done._asdict()})
    if not done.differences:
        raise Failure(
            f"There is nothing to {decision}: no open difference matches, or it is decided already,"
            " or is none that can be. See `volitus drift list`."
        )
    later = " Repairs begin within a minute." if decision is DriftDecision.REPAIR else ""
    say(f"Decided: {decision}, {done.differences} differences of {done.services} services.{later}")


def _confirm(operator: Operator, decision: DriftDecision, which: DriftFilter) -> None:
    found = drift.preview(operator.database, decision, which)
    confirm(
        f"{decision}: {found.differences} differences of {found.services} services. Continue?",
        unattended="Nothing was decided: there is no terminal for the confirmation. Use --yes.",
        refused="Nothing was decided.",
    )
