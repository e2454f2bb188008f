"""Settings of the development stack, listed in docs/development.md: ports and state directory."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from dev.stack.ports import free_ports

Port = Annotated[int, Field(ge=1, le=65535)]
PREFIX = "VOLITUS_DEV_"


class DevSettings(BaseSettings):
    """Settings, each from the environment variable ``VOLITUS_DEV_`` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, populate_by_name=True)

    home: Path = Field(
        Path(".volitus"), description="State of the stack; removing it starts afresh."
    )
    companies: int = Field(2_000, ge=1, description="Companies in the simulated register.")
    scheduled: bool = Field(True, description="Read the register on schedule, as in production.")
    api_port: Port = Field(
        8000,
        validation_alias=AliasChoices("VOLITUS_DEV_API_PORT", "VOLITUS_API_PORT"),
        description="The API; `VOLITUS_API_PORT` is read where this is not set.",
    )
    api_internal_port: Port = Field(9000, description="Health, metrics and codec of the API.")
    worker_internal_port: Port = Field(9001, description="Health and metrics of the worker.")
    scheduler_internal_port: Port = Field(9002, description="Health and metrics of the scheduler.")
    web_internal_port: Port = Field(9003, description="Health and metrics of the web pages.")
    web_port: Port = Field(8080, description="The web pages.")
    register_port: Port = Field(8471, description="The simulated Commercial Register.")
    identity_port: Port = Field(8472, description="The simulated identity provider.")
    sms_port: Port = Field(8473, description="The simulated SMS gateway.")
    network_port: Port = Field(8474, description="The simulated mobile network.")
    billing_port: Port = Field(8475, description="The simulated billing.")
    trust_port: Port = Field(8476, description="The simulated trust services: OCSP, time-stamps.")
    mobile_id_port: Port = Field(8477, description="The simulated Mobile-ID, with its phones.")
    smart_id_port: Port = Field(8478, description="The simulated Smart-ID, with its phones.")
    bank_port: Port = Field(8479, description="The simulated banks.")
    postgres_port: Port = Field(5442, description="PostgreSQL, unless `DATABASE_URL` is set.")
    temporal_port: Port = Field(7233, description="Temporal's frontend.")
    temporal_ui_port: Port = Field(8233, description="Temporal's web UI.")

    def ports(self) -> dict[str, int]:
        """Return the port settings by name."""
        return {name: getattr(self, name) for name in _port_names()}

    @classmethod
    def temporary(cls, home: Path, companies: int = 2_000, *, scheduled: bool = True) -> Self:
        """Return settings of a temporary stack: its own directory, and ports that are free now."""
        names = _port_names()
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        return cls.model_validate(
            {"home": home, "companies": companies, "scheduled": scheduled, **ports}
        )


def _port_names() -> list[str]:
    return [name for name in DevSettings.model_fields if name.endswith("_port")]
