"""Settings of PostgreSQL."""

from typing import Annotated
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from settings.database_options import KNOWN_OPTIONS
from settings.fields import Secret
from settings.sections import AlsoFrom, Section


class DatabaseSettings(Section):
    """Address of the database."""

    url: Annotated[SecretStr, AlsoFrom("DATABASE_URL")] = Field(
        description="PostgreSQL 15 to 18: `postgresql://user:password@host:port/name`. "
        "`DATABASE_URL` is read where this is not set."
    )
    password: Secret | None = Field(
        None, description="Password of the user, where it is not part of the URL."
    )

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, value: SecretStr) -> SecretStr:
        try:
            parts = urlsplit(value.get_secret_value())
            good = parts.scheme.partition("+")[0] in {"postgres", "postgresql"} and parts.port != 0
            good = good and bool(parts.hostname or "host=" in parts.query)
        except ValueError:
            good = False
        if not good:
            raise ValueError("must be postgresql://user:password@host:port/name")
        return value

    @field_validator("url")
    @classmethod
    def _has_known_options(cls, value: SecretStr) -> SecretStr:
        options = dict(parse_qsl(urlsplit(value.get_secret_value()).query))
        if not options.keys() <= KNOWN_OPTIONS:
            raise ValueError("has an option after `?` that PostgreSQL does not know")
        return value

    @field_validator("password")
    @classmethod
    def _stands_in_one_place(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        url = info.data.get("url")  # missing where it was wrong itself
        if value is not None and url is not None:
            parts = urlsplit(url.get_secret_value())
            if parts.password is not None:
                raise ValueError("set twice: the URL has a password as well")
            if not parts.username:
                raise ValueError("the URL must name the user whose password this is")
        return value

    def dsn(self) -> str:
        """The whole address, password included."""
        url = self.url.get_secret_value()
        if self.password is None:
            return url
        parts = urlsplit(url)
        user, _, host = parts.netloc.rpartition("@")
        password = quote(self.password.get_secret_value(), safe="")
        return parts._replace(netloc=f"{user}:{password}@{host}").geturl()


class DatabasePoolSettings(DatabaseSettings):
    """Address of the database and size of the connection pool."""

    pool_size: int = Field(
        10,
        ge=1,
        description="Connections this process keeps open. Under load the API opens up to twice as"
        " many, a worker one for each of its activity slots and a few more.",
    )
