"""Settings of commands of the `volitus` program, by what they need."""

from typing import ClassVar

from settings.delegations import DelegationSettings
from settings.departures import DepartureSettings
from settings.events import OptionalHeadKeySettings
from settings.numbers import NumberLimitsOnly
from settings.process_bases import (
    DatabaseProcessSettings,
    TemporalProcessSettings,
    ZonedProcessSettings,
)
from settings.staff import StaffSettings


class DatabaseCommandSettings(DatabaseProcessSettings):
    """`volitus migrate`, and every command that needs nothing but the database."""

    process: ClassVar[str] = "migrate"


class ExplainSettings(DatabaseProcessSettings, ZonedProcessSettings):
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


class DelegationCommandSettings(OperatorCommandSettings, ZonedProcessSettings):
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
