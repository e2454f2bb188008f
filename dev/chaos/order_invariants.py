"""Invariants of orders: each effect once at network and billing, undone once, ended as asked."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from dev.chaos.outcome import Outcome
from dev.chaos.snapshot import Evidence
from dev.chaos.workload import OrderRequest, ordered_id

_READS = ("read.", "undo-read.", "credit.")
Service = UUID


def effects_once(evidence: Evidence) -> Iterator[str]:
    """Find steps of orders whose effect came more than once, and done ones without theirs."""
    came = Counter(_step_of(each["key"]) for each in (*evidence.applied, *evidence.booked))
    known = {(str(step.process_id), step.action): step for step in evidence.steps}
    for (process, *step), count in came.items():
        if process != "order":
            continue
        row = known.get((step[0], step[1]))
        if row is None:
            yield f"an effect without a step: {step}"
        if count > 1:
            yield f"doubled: {step} came {count} times"
    for (process_id, action), row in known.items():
        is_done = row.process == "order" and row.state == "done" and not action.startswith(_READS)
        if is_done and not action.startswith("undo-") and not came["order", process_id, action]:
            yield f"lost: {action} of {process_id} is done and never came"


def ends_as_shown(evidence: Evidence, asked: list[Outcome]) -> Iterator[str]:
    """Find services that the network or billing has otherwise than the completed items say."""
    wanted = _wanted(evidence, asked)
    open_ = {step.resource for step in evidence.steps if step.ended_at is None}
    for service, cents in wanted.items():
        if f"service/{service}" in open_:
            continue
        network, billing = evidence.limits_at_network.get(service), evidence.limits.get(service)
        if (network, billing) != (cents, cents):
            yield f"{service} is to have {cents}: the network has {network}, billing {billing}"


def ended_as_asked(evidence: Evidence, asked: list[Outcome]) -> Iterator[str]:
    """Find orders that ended otherwise than whoever placed them asked for."""
    for each in asked:
        if each.id is None or not isinstance(each.request, OrderRequest):
            continue
        state = evidence.processes[each.id].state
        good = {"completed"}
        if each.request.cancelled_after is not None:
            good |= {"cancelled", "partial"}
        if state not in good and evidence.processes[each.id].ended:
            yield f"{each.id} ended as {state}"


def _wanted(evidence: Evidence, asked: list[Outcome]) -> dict[Service, int | None]:
    """The limit of each service: that of the newest completed item; None: none was completed."""
    found: dict[Service, tuple[int, int | None]] = {}
    places = {(step.process_id, step.action): step.place for step in evidence.steps}
    for each in asked:
        if each.id is None or not isinstance(each.request, OrderRequest):
            continue
        for number, of in enumerate(each.request.services, 1):
            service = ordered_id(of)
            before = found.setdefault(service, (-1, None))
            place = places.get((each.id, f"network-limit.{number}"), -1)
            if evidence.items.get((each.id, number)) == "completed" and place > before[0]:
                found[service] = (place, each.request.cents(number))
    return {service: cents for service, (_, cents) in found.items()}


def _step_of(key: str) -> tuple[str, ...]:
    return tuple(key.split("/")[:3])
