"""Settings of the ports of a process, and of its logs."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from settings.fields import Host, Port, RateText, Span, is_loopback
from settings.sections import Section

_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 # compared with, not bound to


class ApiListenSettings(Section):
    """The public port of the API."""

    host: Host = Field("127.0.0.1", description="Address that the API listens on.")
    port: Port = Field(8000, description="Port of the API.")
    connections: int = Field(
        1000,
        ge=1,
        description="Connections open at once. A request on one more is answered with 503.",
    )
    head_timeout: Span = Field(
        timedelta(seconds=10),
        description="Time for the request line and the headers to arrive (32 KiB at most).",
    )
    body_timeout: Span = Field(
        timedelta(seconds=20),
        description="Time for the body to arrive, and for an answer to be taken.",
    )
    keep_alive: Span = Field(
        timedelta(seconds=65),
        description="Time that a connection is kept for the next request: longer than the proxy's.",
    )
    program_rate: RateText = Field(
        "1000/PT2S",
        description="Requests of each program (portal, the operator's systems) to this process, "
        "whoever it acts for. Above it: 429.",
    )
    program_concurrency: int = Field(
        200, ge=1, description="Requests of each program in progress at once in this process."
    )
    person_rate: RateText = Field(
        "60/PT3S",
        description="Requests of each person, or member of staff, to this process with a token "
        "of their own. Above it: 429.",
    )
    person_concurrency: int = Field(
        10,
        ge=1,
        description="Requests of each person, or member of staff, in progress at once in this "
        "process.",
    )


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
