"""Filter of stuck items."""

from datetime import timedelta
from uuid import UUID

from pydantic import Field, TypeAdapter

from api.http.schemas import RequestModel
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import ProcessType
from domain.provisioning.targets import TARGET_NAME
from storage.ops.stuck_queries import Filter

_TIME = "([0-9]{1,5}H([0-9]{1,5}M)?([0-9]{1,5}S)?|[0-9]{1,5}M([0-9]{1,5}S)?|[0-9]{1,5}S)"
DURATION = f"^P([0-9]{{1,4}}W|[0-9]{{1,4}}D(T{_TIME})?|T{_TIME})$"
"""ISO 8601, without years and months: their length varies."""
_durations = TypeAdapter(timedelta)

OLDER_THAN = "Stuck for at least this long (ISO 8601): `PT30M`, `P1D`."


class StuckFilter(RequestModel):
    """Filter of items; a field that is missing matches any."""

    target: str | None = Field(
        None,
        pattern=TARGET_NAME,
        description="Only items of this outside system. Left out: any.",
    )
    reason: StuckReason | None = Field(
        None,
        description="Only items that are stuck for this reason. Left out: any.",
    )
    kind: StuckKind | None = Field(
        None,
        description="Only items of this kind. Left out: any.",
    )
    process: ProcessType | None = Field(
        None,
        description="Only items of processes of this type. Left out: any.",
    )
    account_id: UUID | None = Field(
        None,
        description="Only items about this account. Left out: any.",
    )
    older_than: str | None = Field(None, pattern=DURATION, description=OLDER_THAN)

    def as_filter(self) -> Filter:
        """The filter for storage."""
        return Filter(
            target=self.target,
            code=self.reason,
            kind=self.kind,
            process=self.process,
            account_id=self.account_id,
            older_than=_durations.validate_python(self.older_than) if self.older_than else None,
        )
