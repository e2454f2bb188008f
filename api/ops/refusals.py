"""Details of refused decisions, in the API's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.http.problems import Problem
from domain.ops import resolutions
from domain.ops.resolutions import StuckState
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import StuckKind
from domain.provisioning.steps import Decision
from services.ops.decide import DecisionRefused


@contextmanager
def explained() -> Iterator[None]:
    """Raise a Problem with a detail where a decision or repair is refused."""
    try:
        yield
    except DecisionRefused as error:
        raise Problem(error.code, _DETAILS[error.code](error.item)) from None


def _closed(item: StuckItem) -> str:
    how = item.resolution
    return f"{how}: {resolutions.TEXTS[how]}" if how else ""


def _changed(item: StuckItem) -> str:
    version = f"Its version is {item.version}"
    if item.state is StuckState.STUCK or item.decision is None:
        return version
    return f"{version}: {item.decision.by.id} has decided to {item.decision.decision} it"


def _allowed(item: StuckItem) -> str:
    match item.kind:
        case StuckKind.PAUSED:
            return f"Resume the target: POST /v1/ops/targets/{item.target}/resume"
        case StuckKind.BROKEN:
            allowed = ", ".join(item.allowed_decisions) or "nothing"
            return f"Repair its workflow ({allowed}): POST /v1/ops/stuck/{item.id}/repair"
    allowed = f"Allowed decisions: {', '.join(item.allowed_decisions)}"
    if Decision.RETRY in item.allowed_decisions:
        allowed += f"; a retry may correct: {', '.join(item.correctable_inputs) or 'nothing'}"
    return allowed


_DETAILS = {
    "stuck_no_more": _closed,
    "stuck_changed": _changed,
    "stuck_decision_refused": _allowed,
}
