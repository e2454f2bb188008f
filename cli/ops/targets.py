"""``volitus ops targets``: list the outside systems; pause and resume them."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from api.auth.principals import StaffRole
from cli.connections import operator_settings
from cli.console import say
from cli.groups import Group
from cli.lookup import known_target
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Columns, Wide, print_below, print_table
from cli.reasons import Why
from cli.staff import operating, reading
from domain.provisioning.target_failures import FailingStep, in_words
from domain.provisioning.targets import TargetState
from services.provisioning import targets
from storage.provisioning import target_queries
from storage.provisioning.target_queries import TargetStatus

app = Group(help="List, pause and resume targets: the outside systems.", runs_alone=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the target.")]


@app.callback(invoke_without_command=True)
def list_(context: typer.Context, *, wide: Wide = False, as_json: Json = False) -> None:
    """List targets: available, paused or probing, and how many steps wait or are stuck.

    A target that fails many times in a row is paused, and resumed once it answers again. A target
    that an operator paused stays paused until an operator resumes it. Below: the steps that failed
    most often and were not answered since; `volitus ops show` shows one once it is stuck.
    """
    if context.invoked_subcommand is not None:
        return
    settings = operator_settings()
    with reading(settings, StaffRole.OPS) as database, database.reading() as connection:
        found = target_queries.every_target(connection)
    if as_json:
        _print_json(found, many=True)
        return
    print_table(_COLUMNS, map(_line, found), wide=wide)
    steps = (_failing(target, step) for target in found for step in target.failing.steps)
    print_below(_FAILING, steps, wide=wide)


_COLUMNS = Columns(
    (
        *("target", "state", "since", "stuck", "waiting", "paused by", "note", "next probe"),
        *("failures in a row", "failing resources", "codes"),
    ),
    spare=(
        *("failing resources", "codes", "failures in a row", "next probe", "paused by", "note"),
        "since",
    ),
)
_FAILING = Columns(
    ("failing step", "target", "reason", "detail", "failures", "since", "last"),
    spare=("since", "detail"),
)


def _line(target: TargetStatus) -> Sequence[object]:
    state = (target.state, target.changed_at, target.stuck_steps, target.waiting_steps)
    paused = (_paused_by(target), target.note, target.probe_at)
    failing = (target.failures, target.failing.resources, in_words(target.failing.codes))
    return target.name, *state, *paused, *failing


def _print_json(found: Sequence[TargetStatus], *, many: bool = False) -> None:
    from api.ops import targets as api  # noqa: PLC0415 # loads FastAPI

    shown = [api.TargetStatus.of(each) for each in found]
    print_json(shown if many else shown[0])


def _failing(target: TargetStatus, step: FailingStep) -> Sequence[object]:
    last = (step.failures, step.first_at, step.last_at)
    return step.id, target.name, step.code, step.detail, *last


def _paused_by(target: TargetStatus) -> str | None:
    if target.state is TargetState.AVAILABLE:
        return None
    return target.paused_by.shown if target.paused_by else "automatic"


@app.command()
def pause(name: Name, reason: Why, *, as_json: Json = False) -> None:
    """Pause a target: no step is sent to it until an operator resumes it; calls in flight finish.

    A target that was paused after failures is no longer probed, and stays paused as well.
    """
    _change(targets.pause_target, name, reason, as_json=as_json)
    say(f"Paused: steps for {name} wait. Resume: `volitus ops targets resume {name} --reason '…'`")


@app.command()
def resume(name: Name, reason: Why, *, as_json: Json = False) -> None:
    """Resume a target: waiting steps continue, VOLITUS_TARGET_RESUME_RATE per second."""
    _change(targets.resume_target, name, reason, as_json=as_json)
    say(f"Resumed: steps for {name} continue one after the other. Follow: `volitus ops targets`")


def _change(use_case: Callable[..., TargetStatus], name: str, why: str, *, as_json: bool) -> None:
    with operating(operator_settings(), StaffRole.OPS) as operator:
        with operator.database.reading() as connection:
            known_target(connection, name)
        status = use_case(operator.database, name, actor=operator.acting(), reason=why)
    if as_json:
        _print_json([status])
