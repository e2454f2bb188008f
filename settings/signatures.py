"""Settings of signatures: whose certificates are taken, and what proves them later."""

from datetime import timedelta
from typing import Annotated

from cryptography import x509
from pydantic import AfterValidator, Field, HttpUrl, ValidationInfo, field_validator

from domain.signatures.methods import SignatureLevel, SignatureMethod
from settings.fields import CALL_LIMIT, BaseUrl, Span
from settings.sections import Section
from settings.signing_services import (
    ESealSettings,
    MobileIdSettings,
    ServiceAddressSettings,
    SmartIdSettings,
)


def _certificates(text: str) -> str:
    try:
        x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        raise ValueError("must be certificates in PEM") from None
    return text


Certificates = Annotated[str, AfterValidator(_certificates)]
"""Certificates in PEM, one after the other. A file with them is named in the variable + _FILE."""


class TrustedIssuerSettings(Section):
    """Whose certificates people sign with."""

    trusted_issuers: Certificates | None = Field(
        None,
        description="Authorities whose certificates people may sign with: PEM, best in a file "
        "named by `VOLITUS_SIGNATURES_TRUSTED_ISSUERS_FILE`. If unset, nobody can sign.",
    )


class SigningMethodSettings(TrustedIssuerSettings):
    """Methods by which people sign: the API refuses the others before anything is started."""

    mobile_id: ServiceAddressSettings
    smart_id: ServiceAddressSettings

    def methods(self) -> frozenset[SignatureMethod]:
        """Return the methods whose service has an address, if any certificate is trusted."""
        if self.trusted_issuers is None:
            return frozenset()
        services = {
            SignatureMethod.MOBILE_ID: self.mobile_id,
            SignatureMethod.SMART_ID: self.smart_id,
        }
        return frozenset(method for method, each in services.items() if each.url is not None)


class SignatureSettings(TrustedIssuerSettings):
    """Signatures on documents. Trusted certificates are those of the EU's trusted lists."""

    ocsp_url: BaseUrl | None = Field(
        None,
        description="OCSP responder of these authorities; if unset, signatures stay at level B.",
    )
    ocsp_freshness: Span = Field(
        timedelta(minutes=15), description="How old the responder's knowledge may be."
    )
    trusted_timestamps: Certificates | None = Field(
        None,
        description="Time-stamping units that are trusted, and the authorities above them up to "
        "the root; without units all that these authorities certify: PEM.",
    )
    timestamp_url: BaseUrl | None = Field(
        None,
        description="Time-stamping authority (RFC 3161); if unset, signatures stay at level B.",
    )
    proof_timeout: Span = Field(
        timedelta(seconds=10),
        le=CALL_LIMIT,
        description="How long OCSP and the time-stamping authority may take to answer.",
    )
    minimum_level: SignatureLevel = Field(
        SignatureLevel.LT,
        description="Level that a signature must reach to count: `LT`, or `B` where nothing real "
        "is signed.",
    )
    slots: int = Field(
        20, ge=1, le=1000, description="People waited for at once while they sign, per worker."
    )
    mobile_id: MobileIdSettings
    smart_id: SmartIdSettings
    e_seal: ESealSettings

    @field_validator("ocsp_url")
    @classmethod
    def _has_issuers(cls, value: HttpUrl | None, info: ValidationInfo) -> HttpUrl | None:
        if value is not None and info.data.get("trusted_issuers", "") is None:
            raise ValueError("set, but VOLITUS_SIGNATURES_TRUSTED_ISSUERS is not")
        return value

    @field_validator("timestamp_url")
    @classmethod
    def _has_units(cls, value: HttpUrl | None, info: ValidationInfo) -> HttpUrl | None:
        if value is not None and info.data.get("trusted_timestamps", "") is None:
            raise ValueError("set, but VOLITUS_SIGNATURES_TRUSTED_TIMESTAMPS is not")
        return value
