"""Next steps for an item: what can be done, as sentences and as commands to copy."""

from cli.printing.values import short
from domain.ops import resolutions
from domain.ops.resolutions import StuckState
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import StuckKind


def commands(item: StuckItem) -> list[str]:
    """Commands that decide about the item, complete but for the reason."""
    if item.state is not StuckState.STUCK:
        return []
    why = "--reason '…'"
    match item.kind:
        case StuckKind.PAUSED:
            return [f"volitus ops targets resume {item.target} {why}"]
        case StuckKind.BROKEN:
            return [
                f"volitus ops repair {short(item.id)} {how} {why}" for how in item.allowed_decisions
            ]
    return [f"volitus ops {each} {short(item.id)} {why}" for each in item.allowed_decisions]


def advice(item: StuckItem) -> str:
    """One line: what can be done, or why nothing can."""
    match item.state:
        case StuckState.CLOSED:
            return f"The item is no longer stuck. {resolution(item)}."
        case StuckState.DECIDED | StuckState.RETRYING:
            return f"{decided(item)} {show_again(item)}"
    listed = ", ".join(f"`{command}`" for command in commands(item))
    return f"{_meaning(item)}Available commands: {listed or 'none'}"


_KINDS = {
    StuckKind.TROUBLE: "The step is retried automatically at long intervals. ",
    StuckKind.UNATTENDED: "It continues once somebody can act for the customer. ",
}
_CAN_ASK = "The step may have been done: its target is asked at long intervals; retry asks now. "
_CANNOT_ASK = (
    "The step may have been done, and its target cannot be asked: check there before you decide. "
)


def _meaning(item: StuckItem) -> str:
    if item.kind is StuckKind.DOUBT:
        return _CAN_ASK if item.can_ask else _CANNOT_ASK
    return _KINDS.get(item.kind, "")


def show_again(item: StuckItem) -> str:
    """Return the sentence that names the command to show the item again."""
    return f"Details: `volitus ops show {short(item.id)}`"


def decided(item: StuckItem) -> str:
    """The decision that is not finished, with its operator and note."""
    if item.decision is None:
        return "The process is carrying out a decision."
    made = item.decision
    retrying = item.state is StuckState.RETRYING
    how_far = "is carrying it out" if retrying else "has not begun to carry it out"
    why = f" ({item.note})" if item.note else ""
    return f"{made.by.shown} decided: {made.decision}{why}. The process {how_far}."


def resolution(item: StuckItem) -> str:
    """Describe how a closed item stopped being stuck, as a sentence without its full stop."""
    return resolutions.TEXTS[item.resolution] if item.resolution else "Closed"
