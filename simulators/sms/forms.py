"""Request body of ``POST /v1/omnimessage``. Anything else is refused."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter

_URL: TypeAdapter[HttpUrl] = TypeAdapter(HttpUrl)


def _address(text: str) -> str:
    """Return the URL unchanged: parsing and printing would normalise it."""
    _URL.validate_python(text)
    return text


Number = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$", description="E.164")]


class SmsForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channel: Literal["sms"]
    text: Annotated[str, Field(min_length=1)]
    sender: Annotated[str, Field(min_length=1, max_length=16)] = "Messente"
    ttl: Annotated[int, Field(ge=1, description="Seconds")] | None = None
    validity: Annotated[int, Field(ge=1, description="Minutes")] | None = None
    autoconvert: Literal["on", "full", "off"] = "off"
    udh: str | None = None


class OmniMessageForm(BaseModel):
    """One SMS. The real gateway also accepts other channels as a fallback."""

    model_config = ConfigDict(extra="forbid")

    to: Number
    messages: Annotated[list[SmsForm], Field(min_length=1, max_length=1)]
    dlr_url: Annotated[str, AfterValidator(_address)] | None = None
    text_store: Literal["plaintext", "sha256", "md5sum"] | None = None
    time_to_send: datetime | None = None
    priority: Literal["low", "regular", "high"] | None = None
