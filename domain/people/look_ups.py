"""Look-ups of persons by staff: each is an event."""

from enum import StrEnum


class LookUp(StrEnum):
    """By what a member of staff looked somebody up."""

    ACCOUNTS = "accounts"
    """By id: the accounts that they have access to."""
    CODE = "code"
    EXPLANATION = "explanation"
    """By id: why they may do something, or why not."""
    NUMBER = "number"
