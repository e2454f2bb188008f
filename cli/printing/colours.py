"""What a state means for who reads it, and the colour that says so.

A colour repeats the word beside it and never stands alone: not everyone sees it, and NO_COLOR, a
pipe and a file have none.
"""

from collections.abc import Mapping
from enum import StrEnum


class Meaning(StrEnum):
    """What a state asks of who reads it; the value is the style."""

    STUCK = "red"
    """It does not go on, or went wrong, until somebody does something."""
    WAITING = "yellow"
    """It goes on by itself, or waits for somebody else."""
    GOOD = "green"
    """It is as it should be."""
    OVER = "dim"
    """It has ended, as it should or as somebody wanted."""


_WORDS = {
    Meaning.STUCK: (
        *("stuck", "failed", "held", "paused", "unmatched", "mismatch", "unknown", "partial"),
        *("trouble", "doubt", "broken", "bankrupt", "undeliverable", "refused", "overdue"),
        *("onHold", "on_hold", "terminatedWithError", "in_doubt", "stuck_again"),
    ),
    Meaning.WAITING: (
        *("pending", "running", "decided", "retrying", "probing", "acknowledged", "inProgress"),
        *("assessingCancellation", "pendingCancellation", "draft", "offered", "signed", "open"),
        *("activating", "suspended", "ending", "awaiting_confirmations", "awaiting_acceptance"),
        *("awaiting_officer", "checking_register", "scheduled", "proposed", "created", "sent"),
        *("authorising", "waiting_second_signer", "returned", "reported", "to_repair", "making"),
        *("repairing", "asked", "sending", "aborting", "liquidation", "new", "validated"),
        *("partiallyPaid", "partly_paid", "announced", "answered", "requested", "asking"),
        *("proving", "under_way", "retried"),
    ),
    Meaning.GOOD: (
        *("available", "active", "succeeded", "completed", "confirmed", "accepted", "settled"),
        *("matched", "finished", "approved", "carried_out", "ready", "verified", "done"),
        *("paid", "credit", "applied", "healed"),
    ),
    Meaning.OVER: (
        *("closed", "ended", "cancelled", "rejected", "declined", "withdrawn", "lapsed", "void"),
        *("expired", "ignored", "unchanged", "dropped", "superseded", "given_up", "skipped"),
        *("undone", "deleted", "lifted", "erased", "replaced"),
    ),
}
_MEANINGS: Mapping[str, Meaning] = {
    word: meaning for meaning, words in _WORDS.items() for word in words
}


def meaning(state: str) -> Meaning | None:
    """Return what a state means; None where the word is not known here: it has no colour then."""
    return _MEANINGS.get(state)
