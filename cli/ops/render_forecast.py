"""What a decision will do, as sentences and as JSON."""

from dataclasses import asdict
from typing import Any

from domain.ops.forecasts import Again, Forecast, Undoing, WhyKept
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import StuckKind
from domain.provisioning.steps import Decision, StepWait

_AGAIN = {
    Again.ASKED: "{target} is asked about the earlier attempt at {action}, which is sent again"
    "{corrected} only if that never happened.",
    Again.ASKED_TO_UNDO: "{target} is asked about the earlier attempt at {action}, which is undone"
    " if it happened, and not sent again.",
    Again.SENT: "{action} is sent to {target} again{corrected}; nothing happened before.",
    Again.SENT_UNDER_NEW_KEY: "{action} is sent to {target}{corrected} under a new key.",
    Again.MAY_HAPPEN_TWICE: "{action} is sent to {target} again{corrected}; it may then happen"
    " twice.",
}
_WAITS = {
    StepWait.TARGET: " It waits until the target is available.",
    StepWait.ORDER: " It waits for its turn.",
}
_KEPT = {
    WhyKept.NO_UNDO: "nothing undoes it",
    WhyKept.PAST_POINT_OF_NO_RETURN: "past the point of no return",
}


def forecast_json(forecast: Forecast) -> dict[str, Any]:
    """What a decision will do, for programs."""
    return {"forecast": asdict(forecast)}


def effect(
    forecast: Forecast, decision: Decision, item: StuckItem, part: str, corrected: tuple[str, ...]
) -> str:
    """What a decision about a step will do. ``part``: the item of its process."""
    waits = _WAITS[forecast.waits_for] if forecast.waits_for else ""
    if forecast.again is not None:
        how = _AGAIN[forecast.again]
        said = f" with a corrected {', '.join(corrected)}" if corrected else ""
        words = how.format(action=item.action, target=item.target, corrected=said)
        return f"{words}{waits}"
    match decision:
        case Decision.ABORT:
            ends = f"the process {item.process} ends."
        case Decision.FAIL:
            others = f"the item {part} of the process {item.process} ends; other items continue."
            ends = others if part else f"the process {item.process}, which is one item, ends."
        case _ if forecast.undoing is not None:
            ends = f"{item.action} is carried out no more: its item is being undone."
        case Decision.SKIP:
            return _skipped(item)
        case _:
            return "nothing, the step is settled."
    return f"{ends} {undoing(forecast.undoing or Undoing())}{waits}"


def _skipped(item: StuckItem) -> str:
    doubt = " It may have been done, and stays so." if item.kind is StuckKind.DOUBT else ""
    return f"the process {item.process} continues without the step {item.action}.{doubt}"


def undoing(found: Undoing) -> str:
    """What is undone, and what is not, the newest first."""
    parts = []
    if found.undone_if_done:
        parts.append(f"Undone if they happened: {', '.join(found.undone_if_done)}.")
    if found.undone:
        parts.append(f"Undone, the newest first: {', '.join(found.undone)}.")
    if found.kept:
        kept = (f"{each.action} ({_KEPT[each.why]})" for each in found.kept)
        parts.append(f"Not undone: {', '.join(kept)}.")
    return " ".join(parts) or "No step was done."
