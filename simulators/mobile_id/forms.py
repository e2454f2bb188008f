"""Request bodies. Stricter than the real service, which ignores what it does not know."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulators.signing.forms import Base64, decoded
from simulators.signing.keys import HASHES

_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€")


class CertificateForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    uuid: str = Field(alias="relyingPartyUUID")
    name: str = Field(alias="relyingPartyName")
    phone: str = Field(alias="phoneNumber", pattern=r"^\+\d{8,30}$")
    code: str = Field(alias="nationalIdentityNumber", min_length=5, max_length=30)


class SessionForm(CertificateForm):
    """Of a signature or a login."""

    hash: Base64
    hash_type: Literal["SHA256", "SHA384", "SHA512"] = Field(alias="hashType")
    language: Literal["EST", "ENG", "RUS", "LIT"]
    text: str = Field("", alias="displayText")
    text_format: Literal["GSM-7", "UCS-2"] = Field("GSM-7", alias="displayTextFormat")

    @property
    def digest(self) -> bytes:
        return decoded(self.hash)

    @property
    def shown_language(self) -> str:
        """EST on a Lithuanian number and LIT on an Estonian one are ENG."""
        foreign = {("EST", "+370"), ("LIT", "+372")}
        return "ENG" if (self.language, self.phone[:4]) in foreign else self.language

    @property
    def shown_text(self) -> str:
        """The text with spaces for what the format does not have."""
        if self.text_format == "UCS-2":
            return self.text
        known = _GSM_7 | _EXTENSION
        return "".join(each if each in known else " " for each in self.text)

    @model_validator(mode="after")
    def _hash_fits(self) -> Self:
        if len(self.digest) != HASHES[self.hash_type].digest_size:
            raise ValueError("The length of the hash must match the type of hash")
        return self

    @model_validator(mode="after")
    def _text_fits(self) -> Self:
        extended = sum(each in _EXTENSION for each in self.text)
        if len(self.text) > (20 if self.text_format == "UCS-2" else 40) or (
            self.text_format == "GSM-7" and extended > 5
        ):
            raise ValueError("displayText is too long")
        return self
