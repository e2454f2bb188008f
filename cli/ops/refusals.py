"""Refused decisions as one line that says what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.console import Failure
from cli.ops.next_steps import advice, decided, resolution, show_again
from cli.printing.values import short
from domain.ops.resolutions import StuckState
from domain.ops.stuck_items import AnyDecision, StuckItem
from services.errors import NotFound
from services.ops.decide import DecisionRefused


@contextmanager
def explained(decision: AnyDecision, version: int) -> Iterator[None]:
    """Raise Failure where this decision about this version of an item is refused."""
    try:
        yield
    except DecisionRefused as error:
        raise Failure(_line(error, decision, version)) from None
    except NotFound:
        raise Failure(
            "The item no longer exists: `volitus ops stuck` lists the stuck items."
        ) from None


def _line(error: DecisionRefused, decision: AnyDecision, version: int) -> str:
    item, name = error.item, short(error.item.id)
    if item.state in {StuckState.DECIDED, StuckState.RETRYING}:
        return f"{decided(item)} {show_again(item)}"
    match error.code:
        case "stuck_no_more":
            return f"Item {name} is no longer stuck. {resolution(item)}. {show_again(item)}"
        case "stuck_changed":
            return f"Item {name} has changed: its version is {item.version}, not {version}. " + (
                show_again(item)
            )
    return f"Item {name} does not allow {decision}. {advice(item)}"


def refuse_corrections(item: StuckItem, names: set[str]) -> None:
    """Raise Failure where one of these inputs cannot be corrected."""
    if wrong := names - set(item.correctable_inputs):
        allowed = ", ".join(item.correctable_inputs) or "nothing"
        refused = ", ".join(sorted(wrong))
        raise Failure(f"The item does not allow a correction of {refused}, but of: {allowed}.")
