"""Settings of the web pages: who logs people in, and where sessions are kept."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from domain.identity import Acr
from settings.base import ProcessSettings
from settings.database import DatabaseSettings
from settings.fields import BaseUrl, Host, Origin, Port, Span, Token, Word, is_loopback
from settings.listening import InternalListenSettings, LogSettings
from settings.process_bases import ZonedProcessSettings
from settings.sections import Section
from settings.temporal import PayloadSettings
from settings.traces import TraceSettings

__all__ = [
    "Acr",
    "Audience",
    "OpenIdSettings",
    "SessionSettings",
    "WebDatabaseSettings",
    "WebProcessSettings",
    "WebSettings",
]

Algorithm = Literal["RS256", "PS256", "ES256"]


class Audience(StrEnum):
    """Whom pages are for. Each has its own client at the provider, cookie and sessions."""

    SELFSERVICE = "selfservice"
    """People who act for customers."""
    CONSOLE = "console"
    """Staff: operations, support, mandate officers."""


def _acr(value: object) -> object:
    known = isinstance(value, str) and value.upper() in Acr.__members__
    return Acr[str(value).upper()] if known else value


class OpenIdSettings(Section):
    """The OpenID provider at which people log in, and this client there."""

    issuer: Word = Field(
        description="Issuer of ID tokens: must equal `iss` exactly. Its discovery document names "
        "every other address."
    )
    client_id: Word = Field(description="Client of these pages at the provider.")
    client_secret: Token | None = Field(
        None, description="Secret of that client (`client_secret_basic`); if unset it is public."
    )
    scope: str = Field(
        "openid offline_access",
        description="Scope that is asked for: with `openid`, and what gives refresh tokens.",
    )
    algorithm: Algorithm = Field("RS256", description="Algorithm of ID tokens and logout tokens.")
    minimum_acr: Annotated[Acr | None, BeforeValidator(_acr)] = Field(
        None, description="Weakest login that is let in: `low`, `substantial` or `high`."
    )
    reached_at: BaseUrl | None = Field(
        None,
        description="Address at which this process reaches the provider, where that is not the "
        "issuer's.",
    )
    plain_http: bool = Field(
        False, description="Allow http:// beyond this machine. For simulators in a closed network."
    )

    @model_validator(mode="after")
    def _is_reached_safely(self) -> Self:
        for address in (self.issuer, str(self.reached_at or self.issuer)):
            parts = urlsplit(address)
            if not parts.hostname or (
                parts.scheme != "https"
                and not (parts.scheme == "http" and self._may_be_plain(parts.hostname))
            ):
                raise ValueError("must be an https:// address")
        return self

    def _may_be_plain(self, host: str) -> bool:
        return self.plain_http or is_loopback(host)

    def secret(self) -> str | None:
        """The secret in clear, for the token endpoint."""
        return self.client_secret.get_secret_value() if self.client_secret else None


class SessionSettings(PayloadSettings):
    """How long sessions last, and the keys that encrypt what is kept of them."""

    keys: SecretStr = Field(
        description='Keys of sessions: JSON, key id to base64 of 32 bytes: `{"k1": …}`. Not '
        "those of Temporal's payloads."
    )
    key_current: Word = Field(description="Id of the key that encrypts; the others only decrypt.")
    idle: Span = Field(
        timedelta(minutes=15), description="Time without a request after which a session ends."
    )
    absolute: Span = Field(
        timedelta(hours=8), description="Time since the login after which a session ends."
    )
    kept_form: Span = Field(
        timedelta(minutes=15),
        description="Time that the fields of an interrupted form are kept for the same person.",
    )


class WebDatabaseSettings(DatabaseSettings):
    """Address of the database for the pages' own role, which sees the schema `web` alone."""

    url: SecretStr = Field(
        description="PostgreSQL 15 to 18, as a member of `volitus_web`: "
        "`postgresql://user:password@host:port/name`."
    )
    pool_size: int = Field(5, ge=1, description="Connections this process keeps open.")


class WebSettings(Section):
    """The web pages."""

    host: Host = Field("127.0.0.1", description="Address that the pages listen on.")
    port: Port = Field(8080, description="Port of the pages.")
    public_url: Origin = Field(
        description="Origin of the pages as browsers reach it. Redirects of logins begin with it; "
        "with https, cookies are `__Host-` ones."
    )
    api_url: BaseUrl = Field(description="Address of the API.")
    brand: str = Field(
        "volitus",
        min_length=1,
        description="Brand: the name of one that comes with the pages, or the path of a directory.",
    )
    temporal_ui_url: BaseUrl | None = Field(
        None,
        description="Address of the namespace in Temporal's own UI, to which the console links"
        " workflows: `https://temporal.example/namespaces/volitus`.",
    )
    database: WebDatabaseSettings
    session: SessionSettings
    selfservice: OpenIdSettings
    console: OpenIdSettings

    @model_validator(mode="after")
    def _have_clients_of_their_own(self) -> Self:
        one, other = self.selfservice, self.console
        if (one.issuer, one.client_id) == (other.issuer, other.client_id):
            raise ValueError(
                "VOLITUS_WEB_CONSOLE_CLIENT_ID: must differ from VOLITUS_WEB_SELFSERVICE_CLIENT_ID"
            )
        return self

    def openid(self, audience: Audience) -> OpenIdSettings:
        """The client of these pages."""
        return self.console if audience is Audience.CONSOLE else self.selfservice


class WebProcessSettings(ZonedProcessSettings, ProcessSettings):
    """The web pages (`volitus web`)."""

    process: ClassVar[str] = "web"

    web: WebSettings
    internal: InternalListenSettings
    log: LogSettings
    traces: TraceSettings
