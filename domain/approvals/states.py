"""States of an approval: one act that was proposed, with the confirmations that it needs."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum


class ApprovalState(StrEnum):
    """State of an approval. May grow."""

    AWAITING_CONFIRMATIONS = "awaiting_confirmations"
    """Somebody is still to confirm."""
    AWAITING_OFFICER = "awaiting_officer"
    """Everyone needed has confirmed; a mandate officer is to look at the signing rule."""
    CHECKING_REGISTER = "checking_register"
    """Everyone needed has confirmed; the register is asked whether they still act together."""
    CARRIED_OUT = "carried_out"
    DECLINED = "declined"
    """By somebody who was asked to confirm."""
    WITHDRAWN = "withdrawn"
    """By the proposer."""
    LAPSED = "lapsed"
    """Not confirmed by enough people in time."""
    REFUSED = "refused"
    """Confirmed, but what it rests on has changed: it could not be carried out any more."""

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows."""
        return not FOLLOWING[self]


S = ApprovalState
OPEN = frozenset({S.AWAITING_CONFIRMATIONS, S.AWAITING_OFFICER, S.CHECKING_REGISTER})
_ENDS = frozenset({S.DECLINED, S.WITHDRAWN, S.LAPSED, S.REFUSED})
FOLLOWING: Mapping[ApprovalState, frozenset[ApprovalState]] = {
    S.AWAITING_CONFIRMATIONS: frozenset({S.AWAITING_OFFICER, S.CHECKING_REGISTER}) | _ENDS,
    S.AWAITING_OFFICER: frozenset({S.AWAITING_CONFIRMATIONS, S.CHECKING_REGISTER}) | _ENDS,
    S.CHECKING_REGISTER: frozenset({S.AWAITING_CONFIRMATIONS, S.AWAITING_OFFICER, S.CARRIED_OUT})
    | _ENDS,
    S.CARRIED_OUT: frozenset(),
    S.DECLINED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.LAPSED: frozenset(),
    S.REFUSED: frozenset(),
}
"""The states that may follow each."""


def shown_at(state: ApprovalState, lapses_at: datetime, moment: datetime) -> ApprovalState:
    """Return the state at a moment: the stored one, unless its time is over."""
    return S.LAPSED if not state.is_final and moment >= lapses_at else state


class DeclineReason(StrEnum):
    """Why somebody declines to confirm."""

    NOT_AGREED = "not_agreed"
    WRONG_TERMS = "wrong_terms"
    """They would agree to something else."""
    NOT_EXPECTED = "not_expected"
    """They know of no reason for it: perhaps somebody else acts in the proposer's name."""
    OTHER = "other"


class WaitsBecause(StrEnum):
    """Why an open approval does not go on by itself."""

    REGISTER_UNAVAILABLE = "register_unavailable"
    """The register could not be asked; it is asked again until the approval lapses."""
    REGISTER_ANSWER_HELD = "register_answer_held"
    """The answer would end too much access: operations decide about it first."""
    SIGNING_RULE_DOUBTED = "signing_rule_doubted"
    """A mandate officer doubts that the register's groups are read rightly."""
    CANNOT_BE_FILLED = "cannot_be_filled"
    """As the register is now, no group can confirm here."""
