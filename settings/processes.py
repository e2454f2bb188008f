"""Settings by process. Each class is what one process reads and demands, and nothing more."""

from pathlib import Path
from typing import Annotated, ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from domain.provisioning.steps import StepRules
from domain.provisioning.targets import Target
from domain.task_queues import ActivityQueue, RegisterQueue
from settings.access_requests import AccessRequestSettings
from settings.activities import ActivitySettings
from settings.base import ProcessSettings
from settings.database import DatabasePoolSettings, DatabaseSettings
from settings.delegations import DelegationSettings
from settings.departures import DepartureSettings
from settings.events import HeadKeySettings, OptionalHeadKeySettings
from settings.fields import Word, Zone
from settings.issuers import IssuerProfile, check_distinct
from settings.listening import ApiListenSettings, InternalListenSettings, LogSettings, collide
from settings.messages import NoticeSettings
from settings.numbers import NumberLimitsOnly, NumberSettings, VerificationSettings
from settings.provisioning import (
    BulkRetrySettings,
    NetworkSettings,
    ReconcileSettings,
    SimSwapSettings,
    StepSettings,
    TargetSettings,
    step_rules,
)
from settings.refresh import RefreshSettings, RefreshWorkSettings
from settings.register import RegisterSettings, SyncScheduleSettings, SyncSettings
from settings.sections import Named
from settings.sms import PortalSettings, SmsReportSettings, SmsSettings
from settings.staff import StaffSettings
from settings.suspensions import SuspensionSettings
from settings.temporal import CodecSettings, PayloadSettings, TemporalSettings


class DatabaseProcessSettings(ProcessSettings):
    """Settings of every process."""

    database: DatabaseSettings


class TemporalProcessSettings(DatabaseProcessSettings):
    """Settings of every process that reaches Temporal."""

    temporal: TemporalSettings
    task_queue: Word = Field("volitus", description="Task queue of the workflows and activities.")
    payload: PayloadSettings


class ServerSettings(TemporalProcessSettings):
    """Settings of every process that runs until it is stopped."""

    internal: InternalListenSettings
    log: LogSettings


class _Zoned(ProcessSettings):
    zone: Zone = Field(
        ZoneInfo("Europe/Tallinn"),
        description="Time zone of days and of quiet hours: a name of the IANA database.",
    )


class ZonedSettings(ServerSettings, _Zoned):
    """Settings of every process that counts in days of people."""


class ApiSettings(ZonedSettings):
    """The API (`volitus api`)."""

    process: ClassVar[str] = "api"

    database: DatabasePoolSettings
    codec: CodecSettings
    issuers: tuple[IssuerProfile, ...] = Field(
        min_length=1, description="Who issues access tokens: JSON list, see docs/identity.md."
    )
    staff: StaffSettings
    sms: SmsReportSettings
    verification: VerificationSettings
    number: NumberSettings
    refresh: RefreshSettings
    access_request: AccessRequestSettings
    delegation: DelegationSettings
    departure: DepartureSettings
    api: ApiListenSettings

    @field_validator("issuers")
    @classmethod
    def _are_distinct(cls, value: tuple[IssuerProfile, ...]) -> tuple[IssuerProfile, ...]:
        check_distinct(value)
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.codec.open and not self.internal.is_loopback:
            raise ValueError(
                "VOLITUS_CODEC_OPEN: only where VOLITUS_INTERNAL_HOST is a loopback address"
            )
        if collide(self.api, self.internal):
            raise ValueError("VOLITUS_INTERNAL_PORT: must differ from VOLITUS_API_PORT")
        return self


class WorkerSettings(ZonedSettings):
    """A worker (`volitus worker`)."""

    process: ClassVar[str] = "worker"

    database: DatabasePoolSettings
    commercial_register: Annotated[RegisterSettings, Named("register")]
    data_dir: Path = Field(Path(".volitus/data"), description="Directory of downloaded files.")
    sync: SyncSettings
    refresh: RefreshWorkSettings
    activity: ActivitySettings
    sms: SmsSettings
    portal: PortalSettings
    notice: NoticeSettings
    verification: VerificationSettings
    departure: DepartureSettings
    sim_swap: SimSwapSettings
    network: NetworkSettings
    step: StepSettings
    target: TargetSettings
    bulk_retry: BulkRetrySettings
    reconcile: ReconcileSettings

    @field_validator("data_dir")
    @classmethod
    def _is_a_directory(cls, value: Path) -> Path:
        try:
            there = next(path for path in (value, *value.absolute().parents) if path.exists())
            good = there.is_dir()
        except OSError:
            good = False
        if not good:
            raise ValueError("must be a directory, or a path where one can be made")
        return value

    def slots(self, queue: ActivityQueue | None) -> int:
        """Activities that run at once on this task queue; None: the workflows' own."""
        match queue:
            case None:
                return self.activity.slots
            case RegisterQueue.PEOPLE:
                return self.refresh.slots
            case RegisterQueue.SYNC:
                return self.sync.slots
            case Target():
                return self.target.slots

    def step_rules(self) -> StepRules:
        """The domain's rules of steps and targets."""
        return step_rules(self.step, self.target)


class SchedulerSettings(ZonedSettings):
    """The scheduler (`volitus scheduler`)."""

    process: ClassVar[str] = "scheduler"

    sync: SyncScheduleSettings
    suspension: SuspensionSettings
    event: HeadKeySettings


class DatabaseCommandSettings(DatabaseProcessSettings):
    """`volitus migrate`, and every command that needs nothing but the database."""

    process: ClassVar[str] = "migrate"


class ExplainSettings(DatabaseProcessSettings, _Zoned):
    """`volitus explain`, which names days."""

    process: ClassVar[str] = "explain"


class OperatorCommandSettings(DatabaseProcessSettings):
    """Commands that record who ran them: `volitus import`, `volitus events erase-note` and more."""

    process: ClassVar[str] = "operator"

    staff: StaffSettings


class NumberCommandSettings(OperatorCommandSettings):
    """`volitus numbers`."""

    process: ClassVar[str] = "numbers"

    number: NumberLimitsOnly


class AccountCommandSettings(OperatorCommandSettings):
    """`volitus import accounts`."""

    process: ClassVar[str] = "accounts"

    departure: DepartureSettings


class DelegationCommandSettings(OperatorCommandSettings, _Zoned):
    """`volitus import delegations`."""

    process: ClassVar[str] = "delegations"

    delegation: DelegationSettings


class EventCommandSettings(DatabaseProcessSettings):
    """`volitus events verify` and `volitus events public-key`."""

    process: ClassVar[str] = "events"

    event: OptionalHeadKeySettings


class CliSettings(TemporalProcessSettings):
    """Commands that reach Temporal as well: `volitus sync run`, `volitus ops retry` and others."""

    process: ClassVar[str] = "cli"

    staff: StaffSettings


PROCESSES: dict[str, type[ProcessSettings]] = {
    kind.process: kind
    for kind in (
        ApiSettings,
        WorkerSettings,
        SchedulerSettings,
        DatabaseCommandSettings,
        ExplainSettings,
        OperatorCommandSettings,
        NumberCommandSettings,
        AccountCommandSettings,
        DelegationCommandSettings,
        EventCommandSettings,
        CliSettings,
    )
}
"""Every process by name."""
