"""The issuers whose certificates of people are taken: a PEM file that the operator keeps.

Only these very certificates are trusted, not what they are issued by and not authorities that they
issue: that is how the trusted lists of the EU name the services that issue to people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from activities.adapters.signing.certificate_facts import facts_of, read_certificate
from domain.identifiers import PersonKey
from domain.signatures.certificates import (
    CertificateFacts,
    CertificateRefusal,
    CertificateRefused,
    refusal,
)


@dataclass(frozen=True, slots=True)
class CheckedCertificate:
    """A certificate that a person may sign with, and that of its issuer, which OCSP needs."""

    der: bytes
    facts: CertificateFacts
    issuer_der: bytes


class TrustedIssuers:
    """Authorities that issue to people."""

    def __init__(self, certificates: Iterable[x509.Certificate]) -> None:
        self._certificates = tuple(certificates)

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Read the certificates of a PEM file. Raises ValueError where there is none."""
        return cls(x509.load_pem_x509_certificates(pem))

    def checked(self, der: bytes, person: PersonKey, at: datetime) -> CheckedCertificate:
        """Return the certificate if this person may sign with it at that moment.

        Raises CertificateRefused. That it was not revoked is the answer of OCSP.
        """
        facts = facts_of(der)
        issuer = self.issuer_of(der, at)
        if (reason := refusal(facts, person, at)) is not None:
            raise CertificateRefused(reason)
        return CheckedCertificate(der, facts, issuer)

    def issuer_of(self, der: bytes, at: datetime) -> bytes:
        """Return the trusted issuer that signed this certificate.

        Raises CertificateRefused where there is none that was valid then.
        """
        certificate = read_certificate(der)
        for issuer in self._certificates:
            if _is_authority(issuer, at) and issued(issuer, certificate):
                return issuer.public_bytes(Encoding.DER)
        raise CertificateRefused(CertificateRefusal.UNTRUSTED_ISSUER)


def issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Return whether the key of ``issuer`` signed ``certificate``, which names it."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_authority(issuer: x509.Certificate, at: datetime) -> bool:
    if not issuer.not_valid_before_utc <= at <= issuer.not_valid_after_utc:
        return False
    extensions = issuer.extensions
    try:
        basic = extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return basic.ca and usage.key_cert_sign
