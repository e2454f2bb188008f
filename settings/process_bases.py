"""Settings that several processes share: the database, Temporal, the time zone."""

from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from settings.base import ProcessSettings
from settings.database import DatabaseSettings
from settings.fields import Word, Zone
from settings.issuers import IssuerProfile, check_distinct
from settings.staff import StaffSettings
from settings.staff_login import StaffLoginSettings
from settings.temporal import PayloadSettings, TemporalSettings
from settings.traces import TraceSettings


class DatabaseProcessSettings(ProcessSettings):
    """Settings of every process."""

    database: DatabaseSettings


class TemporalProcessSettings(DatabaseProcessSettings):
    """Settings of every process that reaches Temporal."""

    temporal: TemporalSettings
    task_queue: Word = Field("volitus", description="Task queue of the workflows and activities.")
    payload: PayloadSettings
    traces: TraceSettings


class TokenProcessSettings(ProcessSettings):
    """Settings of every process that verifies access tokens."""

    issuers: tuple[IssuerProfile, ...] = Field(
        min_length=1, description="Who issues access tokens: JSON list, see docs/identity.md."
    )
    staff: StaffSettings

    @field_validator("issuers")
    @classmethod
    def _are_distinct(cls, value: tuple[IssuerProfile, ...]) -> tuple[IssuerProfile, ...]:
        check_distinct(value)
        return value


class StaffProcessSettings(TokenProcessSettings):
    """Settings of every command that a member of staff has to be signed in for."""

    staff_login: StaffLoginSettings


class ZonedProcessSettings(ProcessSettings):
    """Settings of every process that counts in days of people."""

    zone: Zone = Field(
        ZoneInfo("Europe/Tallinn"),
        description="Time zone of days and of quiet hours: a name of the IANA database.",
    )


class CatalogueProcessSettings(ProcessSettings):
    """Settings of every process that publishes the catalogue."""

    catalogue: Path | None = Field(
        None,
        description="Directory of the products that can be ordered: see docs/catalogue.md. If"
        " unset, those that come with the engine.",
    )
