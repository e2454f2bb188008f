"""Settings by process. Each class is what one process reads and demands, and nothing more."""

from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from domain.provisioning.step_rules import StepRules
from domain.provisioning.targets import Target, TargetKind
from domain.task_queues import (
    ActivityQueue,
    BankQueue,
    ExtractQueue,
    RegisterQueue,
    SigningQueue,
)
from settings.access_requests import AccessRequestSettings
from settings.activities import ActivitySettings
from settings.approvals import ApprovalProcessSettings, ConfirmationSettings
from settings.banks import BankSettings, check_bank_names
from settings.base import ProcessSettings
from settings.billing import BillingReadSettings, BillingSettings
from settings.commands import (
    AccountCommandSettings,
    CliSettings,
    ContractCommandSettings,
    ContractImportSettings,
    DatabaseCommandSettings,
    DelegationCommandSettings,
    EventCommandSettings,
    ExplainSettings,
    LoginSettings,
    NumberCommandSettings,
    OfficerCommandSettings,
    OperatorCommandSettings,
)
from settings.database import DatabasePoolSettings
from settings.delegations import DelegationSettings
from settings.departures import DepartureSettings
from settings.drift import DriftScheduleSettings, DriftSettings
from settings.events import HeadKeySettings
from settings.extracts import ExtractSettings
from settings.listening import ApiListenSettings, InternalListenSettings, LogSettings, collide
from settings.messages import NoticeSettings
from settings.networks import NamedNetwork, NetworkSettings, check_names
from settings.numbers import NumberSettings, VerificationSettings
from settings.operator import OperatorSettings
from settings.payments import (
    PaymentApiSettings,
    PaymentWorkerSettings,
    StatementScheduleSettings,
)
from settings.process_bases import (
    CatalogueProcessSettings,
    TemporalProcessSettings,
    TokenProcessSettings,
    ZonedProcessSettings,
)
from settings.provisioning import (
    BulkRetrySettings,
    ReconcileSettings,
    SimSwapSettings,
    StepSettings,
    TargetSettings,
    step_rules,
)
from settings.refresh import RefreshSettings, RefreshWorkSettings
from settings.register import RegisterSettings, SyncScheduleSettings, SyncSettings
from settings.sections import Named
from settings.signatures import SignatureSettings, SigningMethodSettings
from settings.sms import PortalSettings, SmsReportSettings, SmsSettings
from settings.suspensions import SuspensionSettings
from settings.temporal import CodecSettings
from settings.web import WebProcessSettings


class ServerSettings(TemporalProcessSettings):
    """Settings of every process that runs until it is stopped."""

    internal: InternalListenSettings
    log: LogSettings


class ZonedSettings(ServerSettings, ZonedProcessSettings):
    """Settings of every server that counts in days of people."""


class BankedSettings(ZonedSettings):
    """Settings of every server that speaks with banks."""

    banks: tuple[BankSettings, ...] = Field(
        (),
        description="Banks at which invoices are paid: JSON list, see docs/deployment.md. If "
        "empty, nobody pays here.",
    )

    @field_validator("banks")
    @classmethod
    def _are_told_apart(cls, value: tuple[BankSettings, ...]) -> tuple[BankSettings, ...]:
        check_bank_names(value)
        return value


class ApiSettings(
    CatalogueProcessSettings, ApprovalProcessSettings, TokenProcessSettings, BankedSettings
):
    """The API (`volitus api`)."""

    process: ClassVar[str] = "api"

    database: DatabasePoolSettings
    codec: CodecSettings
    sms: SmsReportSettings
    verification: VerificationSettings
    number: NumberSettings
    refresh: RefreshSettings
    access_request: AccessRequestSettings
    delegation: DelegationSettings
    departure: DepartureSettings
    confirmation: ConfirmationSettings
    signatures: SigningMethodSettings
    billing: BillingReadSettings
    payment: PaymentApiSettings
    api: ApiListenSettings

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.codec.open and not self.internal.is_loopback:
            raise ValueError(
                "VOLITUS_CODEC_OPEN: only where VOLITUS_INTERNAL_HOST is a loopback address"
            )
        if collide(self.api, self.internal):
            raise ValueError("VOLITUS_INTERNAL_PORT: must differ from VOLITUS_API_PORT")
        return self


class WorkerSettings(CatalogueProcessSettings, ApprovalProcessSettings, BankedSettings):
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
    billing: BillingSettings
    payment: PaymentWorkerSettings
    operator: OperatorSettings
    signatures: SignatureSettings
    network: NetworkSettings
    networks: tuple[NamedNetwork, ...] = Field(
        (), description="Further networks, by name: JSON list, see docs/deployment.md."
    )
    step: StepSettings
    target: TargetSettings
    bulk_retry: BulkRetrySettings
    drift: DriftSettings
    extract: ExtractSettings
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

    @field_validator("networks")
    @classmethod
    def _have_names(cls, value: tuple[NamedNetwork, ...]) -> tuple[NamedNetwork, ...]:
        check_names(value)
        return value

    def targets(self) -> list[Target]:
        """The targets that these settings name, beside each kind's own."""
        return [Target(TargetKind.NETWORK, each.name) for each in self.networks]

    def slots(self, queue: ActivityQueue | None) -> int:
        """Activities that run at once on this task queue; None: the workflows' own."""
        if queue is None:
            return self.activity.slots
        if isinstance(queue, TargetKind):
            return self.target.slots
        of: dict[ActivityQueue, int] = {
            RegisterQueue.PEOPLE: self.refresh.slots,
            RegisterQueue.SYNC: self.sync.slots,
            BankQueue.BANKS: self.payment.slots,
            SigningQueue.SIGNING: self.signatures.slots,
            ExtractQueue.EXTRACTS: self.extract.slots,
        }
        return of[queue]

    def step_rules(self) -> StepRules:
        """The domain's rules of steps and targets."""
        return step_rules(self.step, self.target)


class SchedulerSettings(ZonedSettings):
    """The scheduler (`volitus scheduler`)."""

    process: ClassVar[str] = "scheduler"

    sync: SyncScheduleSettings
    drift: DriftScheduleSettings
    payment: StatementScheduleSettings
    suspension: SuspensionSettings
    event: HeadKeySettings


PROCESSES: dict[str, type[ProcessSettings]] = {
    kind.process: kind
    for kind in (
        ApiSettings,
        WorkerSettings,
        SchedulerSettings,
        WebProcessSettings,
        DatabaseCommandSettings,
        ExplainSettings,
        LoginSettings,
        OperatorCommandSettings,
        OfficerCommandSettings,
        NumberCommandSettings,
        AccountCommandSettings,
        DelegationCommandSettings,
        ContractImportSettings,
        EventCommandSettings,
        CliSettings,
        ContractCommandSettings,
    )
}
"""Every process by name."""
