"""Settings of the operator's networks: the usual one, and others by name."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from domain.provisioning.network_dialect import Characteristics, NetworkDialect
from domain.provisioning.targets import TARGET_NAME, TargetKind
from settings.fields import CALL_LIMIT, BaseUrl, Span, Token
from settings.sections import Section


class NetworkSettings(Section):
    """The operator's network."""

    url: BaseUrl | None = Field(
        None,
        description="TMF640 service activation, up to the version; if unset, nothing is resent.",
    )
    token: Token | None = Field(None, description="Bearer token for it.")
    timeout: Span = Field(
        timedelta(seconds=10),
        le=CALL_LIMIT,
        description="How long the network may take to answer.",
    )
    idempotency_keys: bool = Field(
        default=False,
        description="The network makes the change of an `Idempotency-Key` once, and finds it by "
        "the key: our extension of TMF640. If false, services are read instead.",
    )
    characteristics: Characteristics = Field(
        Characteristics.REPLACED,
        description="What a PATCH does to characteristics that it does not name: `replaced` "
        "removes them, `merged` keeps them.",
    )
    repeat_after: Span = Field(
        timedelta(minutes=2),
        description="After this time a change whose answer was lost is sent again, if the network "
        "neither shows it nor works on it. Only without idempotency keys.",
    )

    def dialect(self) -> NetworkDialect:
        """How this network behaves."""
        return NetworkDialect(self.idempotency_keys, self.characteristics, self.repeat_after)

    @field_validator("token")
    @classmethod
    def _is_for_something(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.data.get("url", value) is None:
            raise ValueError("set, but VOLITUS_NETWORK_URL is not")
        return value


def _free(name: str) -> str:
    if name in set(TargetKind):
        raise ValueError("must not be the name of a kind of target")
    return name


class NamedNetwork(NetworkSettings):
    """One of several networks. Services name the one that has them."""

    name: Annotated[str, Field(pattern=TARGET_NAME), AfterValidator(_free)]

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if self.url is None:
            raise ValueError("each network needs a url")
        return self


def check_names(networks: Sequence[NamedNetwork]) -> None:
    """Raise ValueError where two networks have one name."""
    if len({each.name for each in networks}) < len(networks):
        raise ValueError("two networks have one name")
