"""Settings of the ports of a process, and of its logs."""

from typing import Literal

from pydantic import Field

from settings.fields import Host, Port, is_loopback
from settings.sections import Section

_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 # compared with, not bound to


class ApiListenSettings(Section):
    """The public port of the API."""

    host: Host = Field("127.0.0.1", description="Address that the API listens on.")
    port: Port = Field(8000, description="Port of the API.")


class InternalListenSettings(Section):
    """The internal port of a process."""

    host: Host = Field(
        "127.0.0.1",
        description="Address that health, metrics and the codec listen on: never a public one.",
    )
    port: Port = Field(9000, description="Internal port of this process.")

    @property
    def is_loopback(self) -> bool:
        """Only this machine reaches it."""
        return is_loopback(self.host)


class LogSettings(Section):
    """Logs: level and form."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level that is logged."
    )
    format: Literal["json", "console"] = Field("json", description="Form of log lines.")


def collide(one: ApiListenSettings, other: InternalListenSettings) -> bool:
    """Both cannot be listened on."""
    return one.port == other.port and (
        one.host == other.host or bool({one.host, other.host} & _ANY)
    )
