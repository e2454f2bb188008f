"""Four eyes on a paper mandate: which member of staff may do what with it, and when.

Whoever recorded it is told from the others by the staff id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.audit import Actor
from domain.mandates.states import MandateState

S = MandateState


class MandateAct(StrEnum):
    """An act of staff on a mandate that is recorded."""

    CONFIRM = "confirm"
    """Let it count: another one than who recorded it."""
    REJECT = "reject"
    """Another one than who recorded it."""
    WITHDRAW = "withdraw"
    """Who recorded it."""
    END = "end"
    """Take away what it gives: anyone, alone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """State of a mandate, and the staff ids of who recorded and who answered it."""

    state: MandateState
    recorded_by: str
    answered_by: str | None = None


CONFIRMED = frozenset({S.SCHEDULED, S.ACTIVE, S.SUSPENDED, S.ENDED})
"""States of a mandate that counts, or did."""
_DONE: Mapping[MandateAct, frozenset[MandateState]] = {
    MandateAct.CONFIRM: CONFIRMED,
    MandateAct.REJECT: frozenset({S.REJECTED}),
    MandateAct.WITHDRAW: frozenset({S.WITHDRAWN}),
}
"""States that an answer leads to."""


def acts_on(mandate: Standing, by: Actor) -> list[MandateAct]:
    """Return what this member of staff may do with the mandate as it is."""
    return [
        act
        for act in MandateAct
        if not is_done(act, mandate, by) and obstacle(act, mandate, by) is None
    ]


def is_done(act: MandateAct, mandate: Standing, by: Actor) -> bool:
    """Return whether this member of staff did so before, or there is nothing left to do."""
    if act is MandateAct.END:
        return mandate.state is S.ENDED
    return mandate.answered_by == by.id and mandate.state in _DONE[act]


def obstacle(act: MandateAct, mandate: Standing, by: Actor) -> str | None:
    """Return why this member of staff may not do it, a problem's code; None: they may."""
    if act is MandateAct.END:
        return None if mandate.state in CONFIRMED else "mandate_not_confirmed"
    if mandate.state is not S.PROPOSED:
        return "mandate_answered"
    own = mandate.recorded_by == by.id
    if act is MandateAct.WITHDRAW:
        return None if own else "mandate_of_another"
    return "second_person_needed" if own else None
