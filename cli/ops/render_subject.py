"""What stuck items and steps are about, as lines for people."""

from collections.abc import Mapping, Sequence

from cli.printing.tables import Columns
from domain.audit import Actor
from domain.ops.process_steps import ProcessStep
from domain.ops.stuck_reasons import TEXTS
from domain.ops.stuck_subjects import StuckSubject, SubjectService
from domain.provisioning.steps import Stage
from domain.provisioning.stuck_steps import Cause

_SPARE = (
    *("created at", "stage", "undo reason", "waits for", "question", "attempts", "service"),
    *("ended at", "in doubt since", "target", "item"),
)


def step_table(steps: Sequence[ProcessStep]) -> tuple[Columns, Sequence[Sequence[object]]]:
    """Columns and lines of steps, without the columns in which no step has anything."""
    lines = [_step(step) for step in steps]
    columns = [name for name in (lines[0] if lines else ()) if any(line[name] for line in lines)]
    return Columns(columns, _SPARE), [[line[name] for name in columns] for line in lines]


def _step(step: ProcessStep) -> Mapping[str, object]:
    position = step.position
    return {
        "step": step.action,
        "item": position.item,
        "stage": None if position.stage is Stage.REVERSIBLE else position.stage,
        "target": step.target,
        "service": service_line(step.service),
        "state": step.state,
        "reason": step.cause and step.cause.code,
        "question": step.question and step.question.code,
        "in doubt since": position.in_doubt_since,
        "undo reason": position.undo_reason,
        "attempts": step.attempts,
        "waits for": step.waits_for,
        "created at": step.created_at,
        "ended at": step.ended_at,
    }


def subject_facts(subject: StuckSubject) -> dict[str, object]:
    """What an item is about, by name; None: there is none."""
    service, request, position = subject.service, subject.request, subject.position
    is_plain = position is None or position.stage is Stage.REVERSIBLE
    return {
        "service": service_line(service),
        "service id": service and service.label.id,
        "network id": service and service.network_id,
        "requested at": request and request.at,
        "requested by": request and actor_line(request.by),
        "requested because": request and request.note,
        "item": (position and position.item) or None,
        "stage": None if is_plain or position is None else position.stage,
        "undo reason": position and position.undo_reason,
    }


def service_line(service: SubjectService | None) -> str | None:
    """A service by its kind and number, or its name; None for None."""
    if service is None:
        return None
    return " ".join(filter(None, (service.label.kind, service.label.number or service.label.name)))


def cause_line(cause: Cause) -> str:
    """A cause in words, with its code and the target's own."""
    detail = f": {cause.detail}" if cause.detail else ""
    return f"{TEXTS[cause.code]} ({cause.code}{detail})"


def actor_line(actor: Actor) -> str:
    """An actor by kind and name, or id."""
    return f"{actor.kind}:{actor.shown}"
