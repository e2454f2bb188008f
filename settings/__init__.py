"""Every setting of every process. Read once, where a process starts, and handed down from there.

Each is the environment variable ``VOLITUS_`` + its name in capitals; docs/settings.md lists them.
Secrets have no default. What is wrong stops the start with a line that names the variable.
"""

import base64
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AliasChoices,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import SettingsConfigDict

from settings.crontab import trigger_of
from settings.issuers import IssuerProfile
from settings.numbers import VerificationSettings
from settings.provisioning import StepSettings

Share = Annotated[float, Field(gt=0, le=1)]
Port = Annotated[int, Field(ge=1, le=65535)]
PREFIX = "VOLITUS_"


class SettingsError(Exception):
    """Settings that no process should start with; ``str()`` names each variable, not its value."""


class Settings(StepSettings, VerificationSettings):
    """The descriptions are the documentation: docs/settings.md is checked against them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    database_url: SecretStr = Field(
        validation_alias=AliasChoices("VOLITUS_DATABASE_URL", "DATABASE_URL"),
        description="PostgreSQL 15 to 18. `DATABASE_URL` is read where this is not set.",
    )
    database_pool_size: int = Field(10, ge=1, description="Connections each process keeps open.")

    temporal_address: str = Field("127.0.0.1:7233", description="Temporal's frontend, host:port.")
    temporal_namespace: str = Field("default", description="Temporal namespace.")
    temporal_tls: bool = Field(False, description="Speak TLS to Temporal.")
    temporal_api_key: SecretStr | None = Field(None, description="Temporal API key, if it asks.")
    task_queue: str = Field("volitus", description="Task queue of the workflows and activities.")
    payload_keys: SecretStr = Field(
        description='Keys of Temporal payloads: JSON, key id to base64 of 32 bytes: `{"k1": …}`.'
    )
    payload_key_current: str = Field(
        description="Id of the key that encrypts; the others only decrypt."
    )
    codec_origins: tuple[str, ...] = Field(
        (), description="Origins (JSON list) of Temporal UIs whose browsers may call the codec."
    )
    codec_open: bool = Field(
        False, description="Let the codec decrypt without an `ops` token. Only on loopback."
    )

    issuers: tuple[IssuerProfile, ...] = Field(
        min_length=1, description="Who issues access tokens: JSON list, see docs/identity.md."
    )

    register_open_data_url: HttpUrl = Field(
        HttpUrl(
            "https://avaandmed.ariregister.rik.ee/sites/default/files/avaandmed/"
            "ettevotja_rekvisiidid__kaardile_kantud_isikud.json.zip"
        ),
        description="The register's file of persons on the register card.",
    )
    register_soap_url: HttpUrl = Field(
        HttpUrl("https://ariregxmlv6.rik.ee/"), description="The register's XML services."
    )
    register_user: str = Field(description="User name of the contract with the register.")
    register_password: SecretStr = Field(description="Password of the contract.")
    register_timeout: timedelta = Field(
        timedelta(seconds=10), description="How long one question to the register may take."
    )
    register_daily_limit: int = Field(
        50_000, ge=1, description="Questions a day, all processes together (contract limit)."
    )
    register_at_once: int = Field(
        1, ge=1, description="Questions at the same time, all processes together (contract limit)."
    )
    register_reserve: int = Field(
        5_000, ge=0, description="Questions a day that sync leaves for people who log in."
    )

    data_dir: Path = Field(Path(".volitus/data"), description="Where downloaded files are kept.")
    sync_file_at: str = Field(
        "30 5 * * *",
        description="When to read the register's file: crontab, Europe/Tallinn; empty: never.",
    )
    sync_changes_at: str = Field(
        "5 * * * *",
        description="When to read the change list: crontab, Europe/Tallinn; empty: never.",
    )
    sync_check_at: str = Field(
        "0 2 * * *",
        description="When to check every customer: crontab, Europe/Tallinn; empty: never.",
    )
    sync_misfire_grace: timedelta = Field(
        timedelta(hours=26), description="How late a missed run is still caught up."
    )
    sync_min_companies: Share = Field(
        0.95, description="A file with less than this share of the last one's companies is refused."
    )
    sync_hold_share: Share = Field(
        0.02, description="A run that would end more than this share of access is held…"
    )
    sync_hold_least: int = Field(
        20, ge=1, description="…if it would end at least this many grants."
    )
    sync_batch: int = Field(500, ge=1, description="Companies aligned in one transaction.")

    api_host: str = Field("127.0.0.1", description="Where the API listens.")
    api_port: Port = Field(8000, description="Port of the API.")
    internal_host: str = Field(
        "127.0.0.1", description="Where health, metrics and the codec listen: never public."
    )
    internal_port: Port = Field(9000, description="Internal port of this process.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least level that is logged."
    )
    log_format: Literal["json", "console"] = Field("json", description="How log lines look.")

    @field_validator("sync_file_at", "sync_changes_at", "sync_check_at")
    @classmethod
    def _times_are_times(cls, value: str) -> str:
        if value:
            trigger_of(value, ZoneInfo("UTC"))
        return value

    @field_validator("payload_keys")
    @classmethod
    def _keys_are_keys(cls, value: SecretStr) -> SecretStr:
        try:
            keys = json.loads(value.get_secret_value())
            good = bool(keys) and all(len(base64.b64decode(k)) == 32 for k in keys.values())
        except (ValueError, AttributeError, TypeError):
            good = False
        if not good:
            raise ValueError("must be JSON that maps key ids to base64 of 32 bytes each")
        return value

    @field_validator("payload_key_current")
    @classmethod
    def _current_key_is_one_of_them(cls, value: str, info: ValidationInfo) -> str:
        keys = info.data.get("payload_keys")  # missing where it was wrong itself
        if keys is not None and value not in json.loads(keys.get_secret_value()):
            raise ValueError("must be the id of one of the payload keys")
        return value

    def payload_key_ring(self) -> dict[str, bytes]:
        """The payload keys by id."""
        keys: dict[str, str] = json.loads(self.payload_keys.get_secret_value())
        return {name: base64.b64decode(key) for name, key in keys.items()}

    def temporal_key(self) -> str | None:
        """Temporal's API key in clear, for the client."""
        return self.temporal_api_key.get_secret_value() if self.temporal_api_key else None

    @classmethod
    def for_process(cls) -> Self:
        """Read them all, or end this process: one line on stderr, exit code 2."""
        try:
            return cls.from_environment()
        except SettingsError as error:
            sys.stderr.write(f"volitus: {error}\n")
            sys.exit(2)

    @classmethod
    def from_environment(cls) -> Self:
        """Read them all. Raises SettingsError with one line for each variable that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            lines = [_line(str(e["loc"][0]), e["msg"]) for e in error.errors(include_input=False)]
            raise SettingsError("; ".join(dict.fromkeys(lines))) from None


def _line(field: str, message: str) -> str:
    name = field if field.isupper() else PREFIX + field.upper()
    return f"{name}: {message[0].lower()}{message[1:]}"
