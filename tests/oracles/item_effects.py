"""What must be true of processes of several items once all are over, as seen from outside.

Judged by the network's own log of changes, its services, and the rows of the steps.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Row

from domain.provisioning.undoing import CancelResult

_UNDO, _LOOK = "undo-", "look-"


class Write(NamedTuple):
    """A change that a step made: its process and action."""

    process: str
    action: str

    @property
    def is_undo(self) -> bool:
        return self.action.startswith(_UNDO)

    @property
    def undo(self) -> "Write":
        """The change that undoes this one."""
        return Write(self.process, _UNDO + self.action)


@dataclass(frozen=True, slots=True)
class Ended:
    """What a campaign has left behind."""

    has_keys: bool
    """The network makes the change of a key once."""
    log: Sequence[Mapping[str, Any]]
    """Every change that the network made, in order."""
    shown: Mapping[str, str | None]
    """Who wrote last, by service, as the network shows it."""
    steps: Sequence[Row[Any]]
    cancels: Sequence[tuple[str, str, CancelResult]]
    """Process, item and answer of each cancel."""

    def violations(self) -> list[str]:
        """Say what is not as it must be."""
        return [*self._effects(), *self._undoing(), *self._cancels(), *self._services()]

    def _writes(self, service: str) -> list[Write]:
        """Changes of a service. A state that is set twice in a row was set once."""
        made = [write_of(each) for each in self.log if each["service_id"] == service]
        return made if self.has_keys else [write for write, _ in groupby(made)]

    def _states(self) -> Mapping[Write, Row[Any]]:
        return {Write(str(each.process_id), each.action): each for each in self.steps}

    def _effects(self) -> Iterator[str]:
        keys = [each["key"] for each in self.log]
        if self.has_keys and len(set(keys)) < len(keys):
            yield f"made twice under one key: {keys}"
        for service in self.shown:
            made = self._writes(service)
            if len(set(made)) < len(made):
                yield f"made twice: {service}: {made}"
        made_at_all = {write_of(each) for each in self.log}
        for write, row in self._states().items():
            is_write = not row.action.startswith((_LOOK, _UNDO))
            if is_write and row.state == "done" and write not in made_at_all:
                yield f"done, and never made: {write}"
            if is_write and row.state in {"given_up", "dropped"} and write in made_at_all:
                yield f"made, and {row.state}: {write}"

    def _undoing(self) -> Iterator[str]:
        states = self._states()
        for service in self.shown:
            made = self._writes(service)
            for at, write in enumerate(made):
                if write.is_undo and Write(write.process, write.action[5:]) not in made[:at]:
                    yield f"undone before it was made: {write}"
        for write, row in states.items():
            undo = states.get(write.undo)
            if row.state == "undone" and (undo is None or undo.state != "done"):
                yield f"undone by nothing: {write}"
            if undo is not None and row.state != "undone":
                yield f"{row.state}, and there is an undo of it: {write}"

    def _cancels(self) -> Iterator[str]:
        for process, item, answer in self.cancels:
            of_it = [r for r in self.steps if (str(r.process_id), r.item) == (process, item)]
            writes = {r.action: r.state for r in of_it if not r.action.startswith((_LOOK, _UNDO))}
            if answer is CancelResult.CANCELLED and "done" in writes.values():
                yield f"cancelled, and not undone: {process} {writes}"
            if answer is CancelResult.PAST_POINT_OF_NO_RETURN and {*writes.values()} != {"done"}:
                yield f"past the point of no return, and not done: {process} {writes}"

    def _services(self) -> Iterator[str]:
        """Each service is as the last change that was not undone has made it."""
        states = self._states()
        for service, by in self.shown.items():
            lasting = [
                f"{write.process}/{write.action}"
                for write in self._writes(service)
                if not write.is_undo and states[write].state != "undone"
            ]
            wanted = lasting[-1] if lasting else None
            if by != wanted:
                yield f"{service} shows {by}, not {wanted}: {self._writes(service)}"


def write_of(change: Mapping[str, Any]) -> Write:
    """Who made a change, by the key that was sent with it."""
    return Write(*change["key"].split("/")[1:3])
