"""``volitus numbers``: list who gets no codes now, and lift a block."""

import hashlib
from typing import Annotated, Any

import typer

from api.auth.principals import StaffRole
from api.ops.number_block_schemas import NumberBlock
from cli.connections import read_settings
from cli.console import Failure, say
from cli.groups import Group
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Wide, print_table
from cli.reasons import Why
from cli.staff import operating, reading
from services.numbers.blocks import Block, lift_block, list_blocks
from settings.commands import NumberCommandSettings

app = Group(help="List and lift blocks of number verification.")

Ref = Annotated[
    str,
    typer.Argument(
        metavar="REF", help="Reference of a block, as `volitus numbers blocks` shows it."
    ),
]


@app.command()
def blocks(*, wide: Wide = False, as_json: Json = False) -> None:
    """List blocked prefixes and numbers, and everyone whose limit is used up."""
    settings = read_settings(NumberCommandSettings)
    with reading(settings, StaffRole.OPS) as database:
        found = list_blocks(database, settings.number.limit.rules())
    if as_json:
        print_json([NumberBlock.of(_ref(block), block) for block in found])
        return
    columns = ("ref", "kind", "subject", "reason", "until")
    rows = ([_columns(block)[name] for name in columns] for block in found)
    print_table(columns, rows, wide=wide)
    if not found:
        say("There are no blocks, and no limit is used up.")


@app.command()
def lift(ref: Ref, reason: Why) -> None:
    """Lift a block, or reset a used limit. Exit code 1 if there is none with this REF."""
    settings = read_settings(NumberCommandSettings)
    with operating(settings, StaffRole.OPS) as operator:
        found = list_blocks(operator.database, settings.number.limit.rules())
        named = [block for block in found if _ref(block) == ref]
        if len(named) != 1:
            raise Failure(f"No block has the reference {ref}: see `volitus numbers blocks`.")
        (block,) = named
        lifted = lift_block(operator.database, block, reason, actor=operator.acting())
    if not lifted:
        raise Failure(f"The block {ref} has ended already: see `volitus numbers blocks`.")
    say(f"Lifted: {block.kind} {block.subject}. Codes are sent again.")


def _ref(block: Block) -> str:
    """Name of a block on a command line: a number there would stay in the shell's history."""
    return hashlib.sha256(f"{block.kind}/{block.subject}".encode()).hexdigest()[:8]


def _columns(block: Block) -> dict[str, Any]:
    return {
        "ref": _ref(block),
        "kind": block.kind,
        "subject": block.subject,
        "reason": block.reason.text,
        "until": block.until,
    }
