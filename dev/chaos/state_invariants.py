"""Invariants of state: what has ended, what is listed and why, what the events record."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from dev.chaos.evidence_rows import EventRow
from dev.chaos.injector import Injector
from dev.chaos.outcome import Outcome
from dev.chaos.schedule import Schedule
from dev.chaos.snapshot import Evidence
from domain.audit import EventKind
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import SETTLED, StepState

_NEVER_TRUE = frozenset(
    {StuckReason.ENGINE_ERROR, StuckReason.WORKFLOW_FAILING, StuckReason.WORKFLOW_CLOSED}
)
_REFUSALS = frozenset(
    {StuckReason.REFUSED, StuckReason.SERVICE_UNKNOWN, StuckReason.CHARACTERISTIC_INVALID}
)
_REACH = timedelta(seconds=45)
"""Time after which a dead worker's step is retried and may still be in trouble."""
_HELD = frozenset({"refused", "doubt"})
_STATES = {
    "trouble": {StepState.TROUBLE, StepState.ACCEPTED, StepState.SENDING, StepState.ASKED},
    "doubt": {StepState.DOUBT, StepState.SENDING},
    "refused": {StepState.REFUSED},
}


_FOLLOW = {"notice_sms", "contract_end", "contract_sign", "bank_statement"}
"""Types of processes that follow from others; of signings see signing_invariants."""


def asked_once(evidence: Evidence, asked: list[Outcome]) -> Iterator[str]:
    """Find requests without exactly one process, and processes without a request."""
    own = {order for row in evidence.contracts.values() for order in row.orders}
    own |= {
        row.id
        for row in evidence.processes.values()
        if row.process == "payment" and row.subject_id is None
    }
    known = {
        id_: 0
        for id_, row in evidence.processes.items()
        if row.process not in _FOLLOW and id_ not in own
    }
    for each in asked:
        for wrong in each.wrong:
            yield f"{each.request}: {wrong}"
        if each.refused:
            continue
        if each.id is None:
            yield f"{each.request} has no process"
        elif (process_id := evidence.process_of(each.id)) in known:
            known[process_id] += 1
        else:
            yield f"{each.id} was answered, and there is no such process"
    for id_, count in known.items():
        if count != 1:
            yield f"{id_} was asked for {count} times"


def ended_or_listed(evidence: Evidence) -> Iterator[str]:
    """Find open processes that are neither listed nor behind one that is."""
    listed = {
        row.process_id for row in evidence.stuck if row.state == "stuck" and row.kind in _HELD
    }
    first: dict[str, UUID] = {}
    for step in evidence.steps:
        if step.resource and step.ended_at is None:
            first.setdefault(step.resource, step.process_id)
    waits = {
        step.process_id
        for step in evidence.steps
        if step.resource and step.ended_at is None and first[step.resource] in listed
    }
    for id_, row in evidence.processes.items():
        if not row.ended and id_ not in listed | waits:
            states = {step.action: step.state for step in evidence.steps_of(id_)}
            yield f"{row.process} {id_} is {row.state}, and nothing says why: {states}"


def all_ended(evidence: Evidence) -> Iterator[str]:
    """Find processes that are open after the retry without being in doubt."""
    doubt = {
        row.process_id for row in evidence.stuck if row.state == "stuck" and row.kind == "doubt"
    }
    for id_, row in evidence.processes.items():
        if not row.ended and id_ not in doubt:
            yield f"{row.process} {id_} is {row.state} still"
    for item in evidence.stuck:
        if item.state != "closed" and item.kind != "doubt":
            yield f"{item.kind} {item.id} is listed still: {item.code}"


def reasons_true(evidence: Evidence, schedule: Schedule, injector: Injector) -> Iterator[str]:
    """Find listed reasons that no disturbance explains."""
    refused = schedule.refused()
    for event in evidence.events:
        if event.kind not in {EventKind.STUCK_OPENED, EventKind.TARGET_PAUSED}:
            continue
        code, facts = event.code, event.facts
        what = facts.get("action") or facts.get("target")
        finding = f"{event.subject_id} was listed for {code} ({what})"
        if code in _NEVER_TRUE:
            if not _died_over(event, injector):
                yield finding
        elif code in _REFUSALS:
            process = evidence.processes.get(UUID(facts["process_id"]))
            if process is None or process.subject_id not in refused:
                yield f"{finding}, and its service was never refused"
        elif code == StuckReason.WORKFLOW_MISSING:
            if not injector.happened({"api", "temporal", "postgresql"}, event.at, _REACH * 3):
                yield f"{finding}, and the programs that start workflows were running"
        elif not _troubled(event, injector):
            yield f"{finding}, and nothing was wrong there"


def _died_over(event: EventRow, injector: Injector) -> bool:
    """Return whether the workflow's tasks timed out because a worker was killed."""
    timed_out = event.facts.get("detail") == "workflow_task_timed_out"
    return timed_out and injector.happened({"worker", "temporal"}, event.at, _REACH)


def _troubled(event: EventRow, injector: Injector) -> bool:
    target = event.facts["target"]
    if target == "sms" and event.code == StuckReason.ANSWER_LOST:
        # A worker that died after the hand-over, or could not store the answer.
        died = injector.happened({"worker", "postgresql"}, event.at, _REACH)
        return died or injector.happened({target}, event.at, _REACH, losing=True)
    return injector.happened({target}, event.at, _REACH)


_PAIRS = {
    "resend": (EventKind.SERVICE_RESEND_REQUESTED, EventKind.SERVICE_RESEND_ENDED),
    "number_verification": (EventKind.VERIFICATION_STARTED, EventKind.VERIFICATION_ENDED),
}


def recorded_once(evidence: Evidence) -> Iterator[str]:
    """Find processes whose start or end is not recorded exactly once."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for event in evidence.events:
        about = event.facts.get("operation_id") or str(event.subject_id)
        counts[event.kind, about] += 1
    for id_, row in evidence.processes.items():
        if row.process not in _PAIRS:  # see delegation_invariants
            continue
        begun, ended = _PAIRS[row.process]
        for kind, wanted in ((begun, 1), (ended, int(row.ended))):
            if (count := counts[kind, str(id_)]) != wanted:
                yield f"{row.process} {id_} is {row.state}, and has {count} of {kind}"


def listed_in_pairs(evidence: Evidence) -> Iterator[str]:
    """Find items opened and not closed exactly once, unless still open."""
    opening = {EventKind.STUCK_OPENED, EventKind.TARGET_PAUSED}
    closing = {EventKind.STUCK_ENDED, EventKind.TARGET_RESUMED}
    on: dict[UUID, bool] = {}
    for event in evidence.events:
        if event.kind in closing and not on.get(event.subject_id):
            yield f"{event.subject_id} was over, and had not begun"
        if event.kind in opening | closing:
            on[event.subject_id] = event.kind in opening
    rows = {row.id: row.state != "closed" for row in evidence.stuck}
    for id_ in on.keys() | rows.keys():
        if on.get(id_) != rows.get(id_):
            yield f"{id_}: the history says {on.get(id_)} and the list says {rows.get(id_)}"


def list_agrees(evidence: Evidence) -> Iterator[str]:
    """Find list items that disagree with their step, or are open after their process ended."""
    steps = {step.id: step for step in evidence.steps}
    open_rows = {row.step_id: row for row in evidence.stuck if row.state != "closed"}
    for row in evidence.stuck:
        step = steps.get(row.step_id) if row.step_id else None
        if row.state == "closed" or step is None:
            continue
        if step.ended_at is not None or step.state not in _STATES[row.kind]:
            yield f"{row.id} is listed for {row.kind}, and its step is {step.state}"
    for step in evidence.steps:
        ended = evidence.processes[step.process_id].ended
        if ended and step.ended_at is None:
            yield f"{step.action} of {step.process_id} is {step.state}, and its process has ended"
        if ended and step.state not in SETTLED | {StepState.REFUSED}:
            yield f"{step.action} of {step.process_id} ended as {step.state}"
        quiet = step.ended_at is None and step.id not in open_rows
        if quiet and step.state in {StepState.DOUBT, StepState.REFUSED, StepState.TROUBLE}:
            yield f"{step.action} of {step.process_id} is {step.state}, and is not listed"


def workflows_agree(evidence: Evidence) -> Iterator[str]:
    """Find processes whose row and workflow disagree on whether they run."""
    for id_, how in evidence.workflows.items():
        row = evidence.processes[id_]
        if row.ended == (id_ in evidence.open):
            yield f"{row.workflow_id} is {row.state}, and its process is not as open"
        if row.ended and how not in {"COMPLETED", "MISSING"}:
            yield f"{row.workflow_id} is {how}, and its process is {row.state}"
        if not row.ended and how != "RUNNING":
            yield f"{row.workflow_id} is {how}, and its process is {row.state}"
    for name, state in evidence.targets.items():
        if state != "available":
            yield f"the target {name} is {state}"


def chain_holds(evidence: Evidence) -> Iterator[str]:
    """Find gaps in the chain of events."""
    if evidence.chain is not None:
        yield evidence.chain
