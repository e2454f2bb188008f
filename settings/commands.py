"""Settings of commands of the `volitus` program, by what they need."""

from typing import ClassVar

from settings.delegations import DelegationSettings
from settings.departures import DepartureSettings
from settings.events import OptionalHeadKeySettings
from settings.numbers import NumberLimitsOnly
from settings.process_bases import (
    DatabaseProcessSettings,
    StaffProcessSettings,
    TemporalProcessSettings,
    ZonedProcessSettings,
)


class DatabaseCommandSettings(DatabaseProcessSettings):
    """`volitus migrate`, which needs nothing but the database."""

    process: ClassVar[str] = "migrate"


class LoginSettings(StaffProcessSettings):
    """`volitus login`, `volitus logout` and `volitus whoami`."""

    process: ClassVar[str] = "login"


class OperatorCommandSettings(StaffProcessSettings, DatabaseProcessSettings):
    """Commands that a member of staff has to be signed in for, and that need only the database."""

    process: ClassVar[str] = "operator"


class ExplainSettings(OperatorCommandSettings, ZonedProcessSettings):
    """`volitus explain` and `volitus orders show`, which name days."""

    process: ClassVar[str] = "explain"


class OfficerCommandSettings(OperatorCommandSettings, ZonedProcessSettings):
    """Commands of mandate officers: `volitus mandates` and `volitus signing-rules`."""

    process: ClassVar[str] = "officer"

    departure: DepartureSettings


class NumberCommandSettings(OperatorCommandSettings):
    """`volitus numbers`."""

    process: ClassVar[str] = "numbers"

    number: NumberLimitsOnly


class AccountCommandSettings(OperatorCommandSettings):
    """`volitus import accounts`."""

    process: ClassVar[str] = "accounts"

    departure: DepartureSettings


class DelegationCommandSettings(OperatorCommandSettings, ZonedProcessSettings):
    """`volitus import delegations`."""

    process: ClassVar[str] = "delegations"

    delegation: DelegationSettings


class ContractImportSettings(OperatorCommandSettings, ZonedProcessSettings):
    """`volitus import contracts`."""

    process: ClassVar[str] = "contract_import"


class EventCommandSettings(DatabaseProcessSettings):
    """`volitus events verify` and `volitus events public-key`."""

    process: ClassVar[str] = "events"

    event: OptionalHeadKeySettings


class CliSettings(OperatorCommandSettings, TemporalProcessSettings):
    """Commands that reach Temporal as well: `volitus sync run`, `volitus ops retry` and others."""

    process: ClassVar[str] = "cli"


class ContractCommandSettings(CliSettings, ZonedProcessSettings):
    """`volitus contracts end-preview`, `end` and `cancel-end`, and proposed ends."""

    process: ClassVar[str] = "contracts"
