"""A target that is as good as the best: it does each key once, and can be asked about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.steps import Answer, Done, NotDone, Step
from domain.provisioning.targets import TargetKind
from tests.builders.mortal_worker import Life


@dataclass
class Ledger:
    """What was done to each resource, in order: the actions, each once."""

    done: list[tuple[str, str]] = field(default_factory=list)
    """Resource and action."""
    keys: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def effect(self, life: Life, *answers: NotDone) -> "Entry":
        """An effect on it, by a worker with this life: first these answers, and then done."""
        return Entry(self, life, list(answers))

    def on(self, resource: str) -> list[str]:
        """What was done to this resource."""
        return [action for where, action in self.done if where == resource]


class Entry:
    """One effect: an entry in the ledger."""

    kind = TargetKind.NETWORK
    can_be_asked = True

    def __init__(self, ledger: Ledger, life: Life, answers: list[NotDone]) -> None:
        self._ledger = ledger
        self._life = life
        self._answers = answers
        self._step: Step | None = None

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002
        self._step = step
        return Prepared.READY

    def hand_over(self, key: str) -> Answer:
        self._life.point("before it is sent")
        if self._answers:
            raise self._answers.pop(0)
        assert self._step is not None
        if key not in self._ledger.keys:
            self._ledger.keys[key] = {"key": key}
            self._ledger.done.append((self._step.resource or "", self._step.action))
        self._life.point("before its answer comes")
        return Done(dict(self._ledger.keys[key]))

    def ask(self, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002
        self._life.point("before it is asked about")
        found = self._ledger.keys.get(key)
        self._life.point("before what became of it is known")
        return None if found is None else Done(dict(found))

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        pass
