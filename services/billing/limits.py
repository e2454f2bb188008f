"""Questions about the credit limits of an account and of its services."""

from uuid import UUID

from activities.adapters.billing import credit_limits
from domain.billing.credit_limit import CreditLimits, LimitHistory
from domain.billing.snapshots import SnapshotKind
from services.billing.questions import Question
from storage.billing.snapshots import Subject


def limits_of(account_id: UUID) -> Question[CreditLimits]:
    """Ask for the limits as they are now, and for what of each is used."""
    return Question(
        Subject(account_id, SnapshotKind.CREDIT_LIMIT),
        CreditLimits,
        lambda reads: credit_limits.credit_limits(reads, account_id),
    )


def history_of(account_id: UUID) -> Question[LimitHistory]:
    """Ask for what changed."""
    return Question(
        Subject(account_id, SnapshotKind.CREDIT_LIMIT_HISTORY),
        LimitHistory,
        lambda reads: credit_limits.history(reads, account_id),
    )
