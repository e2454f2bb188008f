"""What a set end costs by the time it is carried out. Pure.

An end that somebody confirmed costs what they confirmed, and its device no more than is left of it
by then. One from outside, whose cost nobody was shown, costs the device that is kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.contracts.end_policy import EndRule, device_cost, is_from_outside
from domain.contracts.end_preview import cost_line
from domain.contracts.reasons import EndReason
from domain.contracts.starts import FrozenPrice


def cost_at_end(
    reason: EndReason,
    confirmed: Sequence[Mapping[str, Any]],
    device_left: FrozenPrice | None,
) -> list[Mapping[str, Any]]:
    """Return the cost lines of an end for the reason that counts, as ``cost_line`` writes them.

    ``device_left``: as it is known at the end's moment (ESS § 100 (4)). What was confirmed for
    a device is never exceeded.
    """
    devices = [each for each in confirmed if each["rule"] == EndRule.DEVICE_LEFT]
    now: list[Mapping[str, Any]] = [cost_line(each) for each in device_cost(device_left)]
    if not is_from_outside(reason):
        kept = [each for each in confirmed if each not in devices]
        return [*_less(devices, now), *kept] if devices else kept
    return _less(devices, now) if devices else now


def _less(
    confirmed: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    if not now:
        return []
    return [min(*confirmed, *now, key=lambda each: int(each["cents"]))]
