"""What orders may have left at the network and at billing, by the engine's rows of their steps.

Written without the engine's own rules: it compares rows, and the logs of what was really done.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

DONE, UNDONE = "done", "undone"


def violations(
    steps: Sequence[Row[Any]], applied: Sequence[Mapping[str, Any]], booked: Sequence[Any]
) -> list[str]:
    """Say which effects happened without being recorded, not at all, twice, or were not undone.

    ``applied`` and ``booked``: the logs of the simulated network and of billing.
    """
    times = Counter(each["key"] for each in [*applied, *booked])
    refunded = Counter(each["booking"]["of"] for each in booked if "of" in each["booking"])
    found = [f"{key} happened {count} times" for key, count in times.items() if count > 1]
    known = {key for step in steps for key in _keys(step)}
    found += [f"{key} is of no step" for key in times if key not in known]
    for step in steps:
        found += _of_step(step, times, refunded)
    return found


def _of_step(
    step: Row[Any], times: Mapping[str, int], refunded: Mapping[str, int]
) -> Iterator[str]:
    if step.undoes is not None or step.action.startswith("read."):
        return
    happened = sum(times.get(key, 0) for key in _keys(step))
    expected = 1 if step.state in {DONE, UNDONE} else 0
    if happened != expected:
        yield f"{step.process_id} {step.action} is {step.state} and happened {happened} times"
    undone = sum(refunded.get(key, 0) for key in _keys(step))
    if step.target == "billing" and undone != (step.state == UNDONE):
        yield f"{step.process_id} {step.action} is {step.state} and was undone {undone} times"


def _keys(step: Row[Any]) -> list[str]:
    """Every key under which the step may have been sent."""
    about = f"order/{step.process_id}/{step.action}"
    return [f"{about}/{number}" for number in range(1, step.decision_no + 1)]
