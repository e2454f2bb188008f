"""What a certificate must be before a person is asked to sign with its key.

A signature has the effect of a handwritten one only with a qualified certificate for electronic
signatures whose key is in a signature creation device (eIDAS, Regulation 910/2014, articles 3(12)
and 25). The certificate says so itself, in the statements of ETSI EN 319 412-5.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.identifiers import PersonKey

QC_COMPLIANCE = "0.4.0.1862.1.1"
"""The certificate is qualified (esi4-qcStatement-1)."""
QC_DEVICE = "0.4.0.1862.1.4"
"""Its key is in a qualified signature creation device (esi4-qcStatement-4)."""
QC_FOR_SIGNATURES = "0.4.0.1862.1.6.1"
"""It is for electronic signatures, not for seals or web sites (id-etsi-qct-esign)."""

# ETSI EN 319 412-1, 5.1.3: what kind of number, its country, the number. Only PNO is a personal
# code: PAS is a passport, IDC an identity card, TIN a tax number, and a number of any of them may
# look like somebody's code. Certificates of before 2018 have a bare number, and have expired.
_PERSONAL_CODE = re.compile(r"PNO([A-Z]{2})-(.+)", re.DOTALL)


class KeyKind(StrEnum):
    """A kind of public key that signatures are made and verified with."""

    EC_P256 = "ec_p256"
    EC_P384 = "ec_p384"
    RSA = "rsa"
    """Of 2,048 bits or more."""
    OTHER = "other"


class CertificateRefusal(StrEnum):
    """Why nobody is asked to sign with a certificate, or why its signature is not taken."""

    UNREADABLE = "unreadable"
    """It is no X.509 certificate, or has an extension that must not be ignored and is unknown."""
    UNTRUSTED_ISSUER = "untrusted_issuer"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    NO_PERSONAL_CODE = "no_personal_code"
    """Its subject is known by something else: a passport, a company's code, a bare number."""
    WRONG_PERSON = "wrong_person"
    NOT_FOR_SIGNING = "not_for_signing"
    """Its key is for logging in."""
    NOT_QUALIFIED = "not_qualified"
    """A signature with it would not count like one by hand."""
    UNSUPPORTED_KEY = "unsupported_key"


class CertificateRefused(Exception):
    """A certificate is not taken. The text is the refusal and never what the certificate says."""

    def __init__(self, refusal: CertificateRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says about itself. Nothing of it is checked yet."""

    serial_number: int
    subject_identifier: str | None
    """``serialNumber`` of the subject: ``PNOEE-60001019906``. None: there is none, or several."""
    issuer: str
    """Distinguished name as RFC 4514 writes it."""
    not_before: datetime
    not_after: datetime
    """The last moment at which it is valid."""
    non_repudiation: bool
    """Key usage ``nonRepudiation``, by newer standards ``contentCommitment``."""
    policies: frozenset[str]
    qualified: frozenset[str]
    """Identifiers of its qualified statements, and of the uses that they name."""
    key: KeyKind

    @property
    def is_qualified(self) -> bool:
        """Return whether it states that it is qualified for electronic signatures."""
        return {QC_COMPLIANCE, QC_DEVICE, QC_FOR_SIGNATURES} <= self.qualified


def refusal(facts: CertificateFacts, person: PersonKey, at: datetime) -> CertificateRefusal | None:
    """Return why ``person`` cannot sign with this certificate at that moment; None if they can.

    The reason that helps most comes first. Whether the issuer is trusted is not answered here.
    """
    if (reason := _of_subject(facts, person)) is not None:
        return reason
    if at < facts.not_before:
        return CertificateRefusal.NOT_YET_VALID
    if at > facts.not_after:
        return CertificateRefusal.EXPIRED
    if not facts.non_repudiation:
        return CertificateRefusal.NOT_FOR_SIGNING
    if not facts.is_qualified:
        return CertificateRefusal.NOT_QUALIFIED
    return CertificateRefusal.UNSUPPORTED_KEY if facts.key is KeyKind.OTHER else None


def _of_subject(facts: CertificateFacts, person: PersonKey) -> CertificateRefusal | None:
    named = _PERSONAL_CODE.fullmatch(facts.subject_identifier or "")
    if named is None:
        return CertificateRefusal.NO_PERSONAL_CODE
    country, code = named.groups()
    if country != person.country or not person.is_written(code):
        return CertificateRefusal.WRONG_PERSON
    return None
