"""Settings of what signs: Mobile-ID, Smart-ID and the operator's e-seal."""

from datetime import timedelta
from typing import Annotated, ClassVar, Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import AfterValidator, Field, SecretStr, model_validator

from settings.fields import CALL_LIMIT, BaseUrl, Name, Secret, Span
from settings.sections import Section


def _private_key(value: SecretStr) -> SecretStr:
    try:
        load_pem_private_key(value.get_secret_value().encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("must be a private key in PEM that is not encrypted") from None
    return value


def _certificate(text: str) -> str:
    try:
        x509.load_pem_x509_certificate(text.encode())
    except ValueError:
        raise ValueError("must be a certificate in PEM") from None
    return text


class ServiceAddressSettings(Section):
    """Whether people sign by a service at all: its address."""

    url: BaseUrl | None = Field(
        None, description="Address of its interface; if unset, nobody signs by it."
    )


class RelyingPartySettings(ServiceAddressSettings):
    """A signing service of SK, and the operator as it knows it."""

    prefix: ClassVar[str]
    """Of its variables."""

    relying_party_uuid: Secret | None = Field(
        None, description="UUID that was agreed upon: a shared secret."
    )
    relying_party_name: Name | None = Field(
        None, description="Name that was agreed upon; phones show it."
    )
    timeout: Span = Field(
        timedelta(seconds=10),
        le=CALL_LIMIT,
        description="How long it may take to answer. Waiting for a person is not limited by this.",
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        needed = ("url", "relying_party_uuid", "relying_party_name")
        names = {f"{self.prefix}{name.upper()}": getattr(self, name) for name in needed}
        is_set = [name for name, value in names.items() if value is not None]
        missing = [name for name, value in names.items() if value is None]
        if is_set and missing:
            raise ValueError(f"{is_set[0]}: set, but {missing[0]} is not")
        return self


class MobileIdSettings(RelyingPartySettings):
    """Mobile-ID: `https://mid.sk.ee/mid-api`."""

    prefix: ClassVar[str] = "VOLITUS_SIGNATURES_MOBILE_ID_"


class SmartIdSettings(RelyingPartySettings):
    """Smart-ID, RP API up to the version: `https://rp-api.smart-id.com/v3`."""

    prefix: ClassVar[str] = "VOLITUS_SIGNATURES_SMART_ID_"


class ESealSettings(Section):
    """The operator's e-seal: a key that is held here."""

    key: Annotated[SecretStr, AfterValidator(_private_key)] | None = Field(
        None, description="Private key, PEM, not encrypted; if unset, nothing is sealed."
    )
    certificate: Annotated[str, AfterValidator(_certificate)] | None = Field(
        None, description="Certificate of that key: PEM."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.key is None) is not (self.certificate is None):
            raise ValueError(
                "VOLITUS_SIGNATURES_E_SEAL_KEY and VOLITUS_SIGNATURES_E_SEAL_CERTIFICATE: "
                "one needs the other"
            )
        return self
