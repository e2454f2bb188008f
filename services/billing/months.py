"""Questions about a month of an account: usage and costs, as billing sums them up."""

from uuid import UUID

from activities.adapters.billing import month_summaries
from domain.billing.costs import MonthCosts
from domain.billing.months import Month
from domain.billing.snapshots import SnapshotKind
from domain.billing.usage import MonthUsage
from services.billing.questions import Question
from storage.billing.snapshots import Subject


def usage_of_services(account_id: UUID, month: Month) -> Question[MonthUsage]:
    """Ask for the usage of each service of an account in a month."""
    return Question(
        Subject(account_id, SnapshotKind.USAGE, str(month)),
        MonthUsage,
        lambda reads: month_summaries.usage_of_services(reads, account_id, month),
        is_final=_is_final_usage,
    )


def usage_by_day(
    account_id: UUID, month: Month, service_id: UUID | None = None
) -> Question[MonthUsage]:
    """Ask for the usage of a service on each day of a month; None: of all of them together."""
    return Question(
        Subject(account_id, SnapshotKind.USAGE, f"{month}/{service_id or 'days'}"),
        MonthUsage,
        lambda reads: month_summaries.usage_by_day(reads, account_id, month, service_id),
        is_final=_is_final_usage,
    )


def costs_of(account_id: UUID, month: Month) -> Question[MonthCosts]:
    """Ask for the costs of an account in a month."""
    return Question(
        Subject(account_id, SnapshotKind.COSTS, str(month)),
        MonthCosts,
        lambda reads: month_summaries.costs(reads, account_id, month),
        is_final=_is_final_costs,
    )


def _is_final_usage(usage: MonthUsage) -> bool:
    """Return whether it need not be asked again: not where something is missing, or everything."""
    return usage.is_final and usage.is_whole and len(usage.rows) > 0


def _is_final_costs(costs: MonthCosts) -> bool:
    return costs.is_final and len(costs.rows) > 0
