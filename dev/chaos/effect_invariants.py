"""Invariants of effects: each exactly once, none lost, none doubled, in the order asked for."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from dev.chaos.evidence_rows import ProcessRow, StepRow
from dev.chaos.outcome import Outcome
from dev.chaos.snapshot import Evidence
from dev.chaos.workload import NumberRequest, Trait
from domain.numbers.verifications import SIM_CHANGED, DeliveryStatus, VerificationState
from storage.messages.sms import sms_id

_CHANGES = ("configure", "activate")
_WITH_THE_GATEWAY = frozenset(
    {
        DeliveryStatus.ACCEPTED,
        DeliveryStatus.SENT,
        DeliveryStatus.DELIVERED,
        DeliveryStatus.FAILED_TEMPORARY,
        DeliveryStatus.EXPIRED,
    }
)
_UNKNOWN = frozenset({DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN})


def network_once(evidence: Evidence) -> Iterator[str]:
    """Each effect of a re-sending was applied once where its step is done, else not at all.

    A step that is in doubt, or that the network works on, may have been applied.
    """
    applied: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in evidence.applied:
        process, process_id, action, _ = each["key"].split("/")
        if process == "order":  # see order_invariants
            continue
        applied[process_id, action].append(each["key"])
        if process != "resend" or UUID(process_id) not in evidence.processes:
            yield f"applied without a step: {each['key']}"
    for step in evidence.steps:
        if step.process != "resend" or step.action not in _CHANGES:
            continue
        keys = applied[str(step.process_id), step.action]
        if len(keys) > 1:
            yield f"doubled: {', '.join(keys)}"
        elif step.state == "done" and not keys:
            yield f"lost: {step.action} of {step.process_id} is done and was never applied"
        elif keys and step.state in {"asked", "trouble", "refused", "dropped", "skipped"}:
            yield f"not known: {keys[0]} was applied and its step is {step.state}"


def network_in_order(evidence: Evidence) -> Iterator[str]:
    """Find re-sendings of one service that overlap or break the order they were asked for in."""
    places = {
        (str(step.process_id), step.action): step.place
        for step in evidence.steps
        if step.process == "resend"
    }
    last: dict[str, tuple[int, str]] = {}
    for each in evidence.applied:
        _, process_id, action, _ = each["key"].split("/")
        place = places.get((process_id, action), -1)
        before, key = last.get(each["service_id"], (-1, ""))
        if place < before:
            yield f"{each['key']} was applied after {key}, which was asked for later"
        last[each["service_id"]] = (place, each["key"])


def places_as_asked(evidence: Evidence, asked: list[Outcome]) -> Iterator[str]:
    """Find places out of order: what was answered before another was sent has the earlier place."""
    places = {step.process_id: step.place for step in evidence.steps if step.action == "read"}
    by_service: dict[UUID | None, list[tuple[int, Outcome]]] = defaultdict(list)
    for each in asked:
        row = evidence.processes.get(each.id) if each.id else None
        if row is not None and row.process == "resend" and row.id in places:
            by_service[row.subject_id].append((places[row.id], each))
    for of_one in by_service.values():
        for place, first in of_one:
            for other_place, second in of_one:
                earlier = first.answered is not None and first.answered < second.first_sent
                if earlier and place > other_place:
                    yield f"{second.id} was asked for after {first.id} and comes before it"


def sms_once(evidence: Evidence) -> Iterator[str]:
    """Find sends with more than one SMS, or with none though the gateway answered or reported."""
    left = dict(evidence.outbox)
    for step in evidence.steps:
        action, _, send = step.action.partition("-")
        if action != "send":
            continue
        id_ = sms_id(step.process_id, int(send or 1))
        known, taken = evidence.sms.get(id_), left.pop(id_, 0)
        yield from _of_one(step, known, taken)
    for id_, taken in left.items():
        yield f"{taken} SMS under {id_}, which belongs to no step"


def _of_one(step: StepRow, known: DeliveryStatus | None, taken: int) -> Iterator[str]:
    described = f"{step.action} of {step.process_id}"
    if taken > 1:
        yield f"doubled: {taken} SMS for {described}"
    if known in _WITH_THE_GATEWAY and taken == 0:
        yield f"lost: {described} is {known}, and there is no SMS"
    if known not in _WITH_THE_GATEWAY | _UNKNOWN and taken:
        yield f"not known: {described} is {known}, and there is an SMS"
    if step.state == "done" and known in _UNKNOWN:
        yield f"{described} is done, and it is unknown whether it was sent"
    if step.state == "done" and step.receipt and taken != 1:
        yield f"{described} has a receipt, and there are {taken} SMS"


def proofs(evidence: Evidence, asked: list[Outcome]) -> Iterator[str]:
    """Find numbers whose access does not match their proof, and right codes that were forgotten."""
    given: dict[UUID, int] = defaultdict(int)
    for proof in evidence.grants:
        given[proof] += 1
    for each in asked:
        row = evidence.processes.get(each.id) if each.id else None
        if row is None or not isinstance(each.request, NumberRequest):
            continue
        count = given.pop(row.id, 0)
        if count != (row.state == VerificationState.VERIFIED):
            yield f"{row.id} is {row.state}, and gave {count} grants"
        if row.state == VerificationState.VERIFIED and each.request.trait is not Trait.PLAIN:
            yield f"{row.id} is verified, and {each.request.trait}"
        if row.code_accepted_at is not None and not _concluded(row):
            yield f"{row.id} had its right code, and is {row.state} ({row.reason})"
        if each.code_taken and row.code_accepted_at is None:
            yield f"{row.id}: the right code was accepted, and that is not stored"
    for proof in given:
        yield f"a grant rests on {proof}, which nobody asked for"


def _concluded(row: ProcessRow) -> bool:
    changed = row.state == VerificationState.FAILED and row.reason == SIM_CHANGED.code
    return row.state == VerificationState.VERIFIED or changed
