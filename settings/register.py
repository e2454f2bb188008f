"""Settings of the Commercial Register and of reading it."""

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, HttpUrl, ValidationInfo, field_validator

from domain.registry.query_limits import QueryLimits
from settings.crontab import Crontab
from settings.fields import BaseUrl, Name, Secret, Share, Span
from settings.sections import Section

NEVER = "never"


def _when(text: str) -> str:
    if text != NEVER:
        try:
            Crontab.parse(text, ZoneInfo("UTC"))
        except ValueError as error:
            message = f"{error}, or `never`"
            raise ValueError(message) from None
    return text


When = Annotated[str, AfterValidator(_when)]


class RegisterSettings(Section):
    """The register's addresses, the contract and its limits."""

    open_data_url: HttpUrl = Field(
        HttpUrl(
            "https://avaandmed.ariregister.rik.ee/sites/default/files/avaandmed/"
            "ettevotja_rekvisiidid__kaardile_kantud_isikud.json.zip"
        ),
        description="The register's file of persons on the register card.",
    )
    soap_url: BaseUrl = Field(
        HttpUrl("https://ariregxmlv6.rik.ee/"), description="The register's XML services."
    )
    user: Name = Field(description="User name of the contract with the register.")
    password: Secret = Field(description="Password of the contract.")
    timeout: Span = Field(
        timedelta(seconds=10),
        le=timedelta(seconds=20),
        description="How long the register may take to answer a query.",
    )
    daily_limit: int = Field(
        50_000, ge=1, description="Queries a day, all processes together (contract limit)."
    )
    at_once: int = Field(
        1, ge=1, description="Queries at the same time, all processes together (contract limit)."
    )
    people_reserve: int = Field(
        5_000, ge=0, description="Queries a day that only people who log in may use."
    )
    sync_reserve: int = Field(
        20_000, ge=0, description="Queries a day that only sync may use, which finds who has left."
    )

    @field_validator("people_reserve", "sync_reserve")
    @classmethod
    def _leaves_something_for_the_other(cls, value: int, info: ValidationInfo) -> int:
        if value >= info.data.get("daily_limit", value + 1):
            raise ValueError(
                "must be below VOLITUS_REGISTER_DAILY_LIMIT, or nobody else could query at all"
            )
        return value

    @field_validator("sync_reserve")
    @classmethod
    def _fits_beside_that_of_people(cls, value: int, info: ValidationInfo) -> int:
        daily, people = info.data.get("daily_limit"), info.data.get("people_reserve")
        if daily is not None and people is not None and value + people > daily:
            raise ValueError(
                "must be at most VOLITUS_REGISTER_DAILY_LIMIT less VOLITUS_REGISTER_PEOPLE_RESERVE"
            )
        return value

    def limits(self) -> QueryLimits:
        """What people and sync may each spend of a day."""
        return QueryLimits(self.daily_limit, self.people_reserve, self.sync_reserve)


class SyncSettings(Section):
    """Limits of a sync: files that are refused, runs that are held, batches."""

    min_companies: Share = Field(
        0.95, description="A file with less than this share of the last one's companies is refused."
    )
    hold_share: Share = Field(
        0.02,
        description="A run or a login after which answers of the register would have ended more "
        "than this share of the grants within `VOLITUS_SYNC_HOLD_WINDOW` is held, unless these are "
        "fewer than `VOLITUS_SYNC_HOLD_LEAST`.",
    )
    hold_least: int = Field(
        20, ge=1, description="Fewer grants than this may always end within the window."
    )
    hold_window: Span = Field(
        timedelta(days=1),
        gt=timedelta(0),
        le=timedelta(days=30),
        description="Period over which grants are counted that ended by answers of the register, "
        "in runs and logins together, without a person's decision.",
    )
    batch: int = Field(500, ge=1, description="Companies aligned in one transaction.")
    slots: int = Field(
        8, ge=1, le=1000, description="Runs that query the register at once, per worker."
    )


class SyncScheduleSettings(Section):
    """Schedule of reading the register."""

    file_at: When = Field(
        "30 5 * * *",
        description="When to read the register's file: crontab, Europe/Tallinn, or `never`.",
    )
    changes_at: When = Field(
        "5 * * * *",
        description="When to read the change list: crontab, Europe/Tallinn, or `never`.",
    )
    check_at: When = Field(
        "0 2 * * *",
        description="When to check every customer: crontab, Europe/Tallinn, or `never`.",
    )
    misfire_grace: Span = Field(
        timedelta(hours=26),
        le=timedelta(days=366),
        description="How late a missed run is still caught up.",
    )

    def times(self) -> tuple[str, str, str]:
        """Crontabs of file, changes and check; empty for one that never happens."""
        times = (self.file_at, self.changes_at, self.check_at)
        file, changes, check = ("" if time == NEVER else time for time in times)
        return file, changes, check
