"""Filter of stuck items as query parameters."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from api.ops.filters import DURATION, OLDER_THAN, StuckFilter
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import ProcessType
from domain.provisioning.targets import TARGET_NAME
from storage.ops.stuck_queries import Filter


def _which(
    *,
    target: Annotated[str | None, Query(pattern=TARGET_NAME)] = None,
    reason: StuckReason | None = None,
    kind: StuckKind | None = None,
    process: ProcessType | None = None,
    account_id: UUID | None = None,
    older_than: Annotated[str | None, Query(pattern=DURATION, description=OLDER_THAN)] = None,
) -> Filter:
    return StuckFilter(
        target=target,
        reason=reason,
        kind=kind,
        process=process,
        account_id=account_id,
        older_than=older_than,
    ).as_filter()


Which = Annotated[Filter, Depends(_which)]
"""The filter in the query; without one: every item that is not closed."""
