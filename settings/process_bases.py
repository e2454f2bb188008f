"""Settings that several processes share: the database, Temporal, the time zone."""

from zoneinfo import ZoneInfo

from pydantic import Field

from settings.base import ProcessSettings
from settings.database import DatabaseSettings
from settings.fields import Word, Zone
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


class ZonedProcessSettings(ProcessSettings):
    """Settings of every process that counts in days of people."""

    zone: Zone = Field(
        ZoneInfo("Europe/Tallinn"),
        description="Time zone of days and of quiet hours: a name of the IANA database.",
    )
