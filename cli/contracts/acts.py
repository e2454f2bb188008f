"""``volitus contracts end-preview|end|cancel-end``: what operations do about a contract's end."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from api.auth.principals import StaffRole
from cli.connections import read_settings
from cli.console import say
from cli.contracts import as_json as shapes
from cli.contracts import preview
from cli.contracts.by_id import UNKNOWN, Id, found, run
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts
from cli.printing.values import short
from cli.reasons import Why
from cli.refusals import refused_in_one_line
from cli.staff import READERS, Operator, operating
from domain.contracts.end_preview import WantedEnd
from domain.contracts.reasons import EndReason
from services.contracts import ends, reads, staff_ends
from services.contracts.call_off import call_off
from services.contracts.ends import PreviewChanged
from settings.commands import ContractCommandSettings


class OperatorEndReason(StrEnum):
    """Why operations end a contract: what a customer wrote or said, or a ground of the law."""

    CUSTOMER = EndReason.CUSTOMER
    WITHDRAWAL = EndReason.WITHDRAWAL
    CHANGED_TERMS = EndReason.CHANGED_TERMS
    BREACH = EndReason.BREACH
    COMPANY_DELETED = EndReason.COMPANY_DELETED
    COMPANY_BANKRUPT = EndReason.COMPANY_BANKRUPT


Code = Annotated[
    OperatorEndReason, typer.Option(help="Why it ends, as a code: notice and cost follow from it.")
]
On = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="2027-01-31",
        help="The day on whose beginning it ends. Default: the earliest.",
    ),
]
Digest = Annotated[
    str, typer.Option("--preview", metavar="DIGEST", help="`digest` of `end-preview`.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to ``volitus contracts``."""
    app.command("end-preview")(end_preview)
    app.command()(end)
    app.command("cancel-end")(cancel_end)


def end_preview(
    contract: Id,
    code: Code = OperatorEndReason.CUSTOMER,
    on: On = None,
    *,
    as_json: Json = False,
) -> None:
    """Show what ending a contract brings about: when, at what cost, and what else ends with it.

    Nothing is changed. `end` names the digest that this shows.
    """
    settings = read_settings(ContractCommandSettings)
    wanted = WantedEnd(EndReason(code), _day(on))
    with operating(settings, *READERS) as operator, refused_in_one_line(UNKNOWN):
        id_ = found(operator, contract)
        shown = run(
            settings,
            operator,
            lambda engine: ends.preview_end(engine, id_, None, wanted, settings.zone),
        )
    if as_json:
        print_json(preview.as_json(shown))
    else:
        preview.show(shown)
        on_day = "" if wanted.on is None else f" --on {wanted.on}"
        digest = f"--preview {shown.preview.digest} --code {code}{on_day}"
        say("Nothing was changed. End it as shown:")
        say(f"`volitus contracts end {short(id_)} {digest} --reason '…'`")


def end(
    contract: Id,
    digest: Digest,
    reason: Why,
    code: Code = OperatorEndReason.CUSTOMER,
    on: On = None,
    *,
    as_json: Json = False,
) -> None:
    """Set the end of a contract as `end-preview` showed it, with the same --code and --on.

    Access ends at that moment, then the services. It can be called off until then. Exit code 1
    where something else would end by now, or cost something else.
    """
    settings = read_settings(ContractCommandSettings)
    wanted = WantedEnd(EndReason(code), _day(on))
    with operating(settings, StaffRole.OPS) as operator, refused_in_one_line(UNKNOWN):
        id_, actor = found(operator, contract), operator.acting()
        about = (id_, wanted, settings.zone)
        try:
            run(
                settings,
                operator,
                lambda engine: staff_ends.end(
                    engine, *about, digest=digest, actor=actor, note=reason
                ),
            )
        except PreviewChanged as changed:
            raise preview.not_ended(changed.preview, is_json=as_json) from None
        _show(operator, id_, as_json=as_json)
    say("Its end is set. Call it off before its moment: `volitus contracts cancel-end ID`")


def cancel_end(contract: Id, reason: Why, *, as_json: Json = False) -> None:
    """Call the end of a contract off before its moment: it is what it was before."""
    settings = read_settings(ContractCommandSettings)
    with operating(settings, StaffRole.OPS) as operator, refused_in_one_line(UNKNOWN):
        id_, actor = found(operator, contract), operator.acting()
        run(
            settings,
            operator,
            lambda engine: call_off(engine, id_, None, actor=actor, note=reason),
        )
        _show(operator, id_, as_json=as_json)
    say("Its end is called off.")


def _show(operator: Operator, contract_id: UUID, *, as_json: bool) -> None:
    with operator.database.reading() as connection:
        shown = reads.shown_contract(connection, contract_id, None)
    if as_json:
        print_json(shapes.contract(shown))
        return
    found = shown.contract
    print_facts({"id": found.id, "state": found.state, "ends": found.ends_at})


def _day(on: datetime | None) -> date | None:
    return None if on is None else on.date()
