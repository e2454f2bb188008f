"""Look-ups of persons by staff: each is an event."""

from enum import StrEnum


class LookUp(StrEnum):
    """By what a member of staff looked somebody up."""

    ACCOUNT = "account"
    """Among those who have access to an account, which stands beside it."""
    ACCOUNTS = "accounts"
    """By id: the accounts that they have access to."""
    CHECK = "check"
    """By id: whether they may do something."""
    CODE = "code"
    DELEGATION = "delegation"
    """As who received a delegation on an account, which stands beside it."""
    EXPLANATION = "explanation"
    """By id: why they may do something, or why not."""
    FREEZE = "freeze"
    """As who is frozen."""
    HISTORY = "history"
    """By id: what happened to them."""
    MANDATE = "mandate"
    """As whom a paper mandate that counts names."""
    NUMBER = "number"
