"""Which of what is stuck a caller means."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import TypeAdapter

from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.targets import Target
from storage.ops.stuck_queries import Filter

_TIME = "([0-9]{1,5}H([0-9]{1,5}M)?([0-9]{1,5}S)?|[0-9]{1,5}M([0-9]{1,5}S)?|[0-9]{1,5}S)"
DURATION = f"^P([0-9]{{1,4}}W|[0-9]{{1,4}}D(T{_TIME})?|T{_TIME})$"
"""ISO 8601, without years and months: those are not always as long."""
_durations = TypeAdapter(timedelta)


def span(told: str | None) -> timedelta | None:
    """How long that is."""
    return _durations.validate_python(told) if told else None


def _which(
    *,
    target: Target | None = None,
    reason: StuckReason | None = None,
    kind: StuckKind | None = None,
    process: Annotated[str | None, Query(pattern="^[a-z_]{1,50}$")] = None,
    account_id: UUID | None = None,
    older_than: Annotated[
        str | None,
        Query(
            pattern=DURATION,
            description="Stuck for at least this long (ISO 8601): `PT30M`, `P1D`.",
        ),
    ] = None,
) -> Filter:
    return Filter(
        target=target,
        code=reason,
        kind=kind,
        process=process,
        account_id=account_id,
        older_than=span(older_than),
    )


Which = Annotated[Filter, Depends(_which)]
"""The rows that a caller means; nothing said: all."""
