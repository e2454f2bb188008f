"""``volitus contracts proposals``: ends that the register gives cause for, and what is decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from api.auth.principals import StaffRole
from cli import lookup
from cli.connections import operator_settings, read_settings
from cli.console import say
from cli.contracts import holds, preview
from cli.contracts.acts import Digest
from cli.contracts.by_id import run
from cli.groups import Group
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, Wide, print_table
from cli.printing.values import short
from cli.reasons import Why
from cli.refusals import refused_in_one_line
from cli.staff import READERS, Operator, operating, reading
from domain.contracts.proposals import ProposalState
from services.contracts import proposals
from services.contracts.ends import PreviewChanged
from services.contracts.proposals import Decided
from settings.commands import CliSettings, ContractCommandSettings
from storage.accounts import account_queries
from storage.contracts import proposals as stored
from storage.contracts.proposals import Proposal
from storage.database import Connection

app = Group(
    help="List ends of contracts that the register gives cause for; accept or reject one.",
    runs_alone=True,
)

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a proposal, or its first digits.")]
All = Annotated[bool, typer.Option("--all", help="Those that are decided or withdrawn as well.")]
Before = Annotated[
    str | None,
    typer.Option(metavar="ID", help="The next page: those before this id, the last shown."),
]
_UNKNOWN = "No proposal has this id: see `volitus contracts proposals`."
_COLUMNS = Columns(
    ("id", "state", "reason", "contract", "account", "product", "contract is", "opened"),
    spare=("product", "contract is"),
)


@app.callback(invoke_without_command=True)
def list_(
    context: typer.Context,
    *,
    every: All = False,
    before: Before = None,
    limit: holds.Limit = 100,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List contracts whose end is proposed, the newest first.

    Their company is deleted, bankrupt or in liquidation, says the register. Nothing ends by that
    alone.
    """
    if context.invoked_subcommand is not None:
        return
    with (
        reading(operator_settings(), *READERS) as database,
        database.reading() as connection,
    ):
        place = _place(connection, before)
        shown = stored.page_of(connection, only_open=not every, before=place, limit=limit)
        names = account_queries.references(connection, {each.account_id for each in shown})
    if as_json:
        _print_json(shown, many=True)
        return
    print_table(
        _COLUMNS,
        (_line(each, names.get(each.account_id, each.account_id)) for each in shown),
        wide=wide,
    )
    if len(shown) == limit:
        say(f"Showing {limit} rows; there may be more: use --before {shown[-1].id}.")
    if any(each.state is ProposalState.OPEN for each in shown):
        say("See what it brings about, then decide: `volitus contracts proposals preview ID`")


@app.command("preview")
def preview_(proposal: Id, *, as_json: Json = False) -> None:
    """Show what accepting a proposal brings about. `accept` names the digest that this shows."""
    settings = read_settings(ContractCommandSettings)
    with operating(settings, *READERS) as operator, refused_in_one_line(_UNKNOWN):
        id_, zone = _found(operator, proposal), settings.zone
        shown = run(settings, operator, lambda engine: proposals.preview(engine, id_, zone))
    if as_json:
        print_json(preview.as_json(shown))
    else:
        preview.show(shown)
        decide = f"accept {short(id_)} --preview {shown.preview.digest} --reason '…'"
        say(f"Accept it as shown: `volitus contracts proposals {decide}`")
        say(f"Reject it: `volitus contracts proposals reject {short(id_)} --reason '…'`")


@app.command()
def accept(proposal: Id, digest: Digest, reason: Why, *, as_json: Json = False) -> None:
    """End the contract as `preview` showed it. The end can be called off until its moment.

    Exit code 1 where something else would end by now, or cost something else.
    """
    settings = read_settings(ContractCommandSettings)
    with operating(settings, StaffRole.OPS) as operator, refused_in_one_line(_UNKNOWN):
        id_, by = _found(operator, proposal), Decided(operator.acting(), reason)
        try:
            done = run(
                settings,
                operator,
                lambda engine: proposals.accept(engine, id_, settings.zone, by, digest=digest),
            )
        except PreviewChanged as changed:
            raise preview.not_ended(changed.preview, is_json=as_json) from None
    _show(done, as_json=as_json)
    say("The end is set. Call it off before its moment: `volitus contracts cancel-end CONTRACT`")


@app.command()
def reject(proposal: Id, reason: Why, *, as_json: Json = False) -> None:
    """Keep the contract. It is proposed anew only once the register has said otherwise."""
    settings = read_settings(CliSettings)
    with operating(settings, StaffRole.OPS) as operator, refused_in_one_line(_UNKNOWN):
        id_, by = _found(operator, proposal), Decided(operator.acting(), reason)
        done = run(settings, operator, lambda engine: proposals.reject(engine, id_, by))
    _show(done, as_json=as_json)
    say("The contract is kept.")


def _found(operator: Operator, typed: str) -> UUID:
    with operator.database.reading() as connection:
        return lookup.one(connection, typed, lookup.PROPOSAL)


def _place(connection: Connection, proposal: str | None) -> tuple[datetime, UUID] | None:
    id_ = lookup.perhaps(connection, proposal, lookup.PROPOSAL)
    found = None if id_ is None else stored.read(connection, id_)
    return None if found is None else (found.opened_at, found.id)


def _print_json(shown: Sequence[Proposal], *, many: bool = False) -> None:
    from api.ops.contract_proposals import ContractProposal  # noqa: PLC0415 # loads FastAPI

    found = [ContractProposal.of(each) for each in shown]
    print_json(found if many else found[0])


def _line(proposal: Proposal, account: object) -> Sequence[object]:
    about = (proposal.id, proposal.state, proposal.reason, proposal.contract_id)
    return *about, account, proposal.product, proposal.contract_state, proposal.opened_at


def _show(proposal: Proposal, *, as_json: bool) -> None:
    if as_json:
        _print_json([proposal])
        return
    print_facts(
        {
            "id": proposal.id,
            "state": proposal.state,
            "contract": proposal.contract_id,
            "contract is": proposal.contract_state,
        }
    )
