"""The port to services that sign, and how they fail.

A signature is made in three calls: the certificate first, because what is signed names it; then
the digest, for which the person's phone asks; then the signature itself, waited for in turns.
"""

from dataclasses import dataclass, field
from typing import Protocol

from domain.numbers.sms_texts import Language
from domain.signatures.algorithms import SignatureAlgorithm
from domain.signatures.certificates import CertificateFacts
from domain.signatures.results import SigningResult


@dataclass(frozen=True, slots=True)
class Signer:
    """Who is asked to sign, and where."""

    country: str
    """ISO 3166-1 alpha-2 country of the personal code."""
    code: str = field(repr=False)
    phone: str | None = field(repr=False)
    """E.164. Mobile-ID needs it, the others do not look at it."""
    language: Language


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """What somebody signs with. Nothing of it is checked yet but that it can be read."""

    der: bytes = field(repr=False)
    facts: CertificateFacts = field(repr=False)
    document_number: str | None = field(repr=False)
    """Smart-ID's number of the account that it chose; None for other services."""
    algorithm: SignatureAlgorithm
    """What the service will do with the key: the SignatureMethod of the XAdES signature."""


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A phone asks."""

    session_id: str
    verification_code: str
    """Shown to the person, who compares it with the phone's; empty where no phone asks."""


@dataclass(frozen=True, slots=True)
class SignatureValue:
    """A signature as it came. ``verify.check_signature`` says whether it is the one asked for."""

    value: bytes = field(repr=False)
    """Of ECDSA r and s, each as long as the curve's order."""
    algorithm: SignatureAlgorithm
    certificate_der: bytes | None = field(repr=False)
    """The certificate that came with it; None where the service sends none (Mobile-ID)."""


class SigningFailed(Exception):
    """The service said how a request ended, and it was no signature."""

    def __init__(self, result: SigningResult) -> None:
        super().__init__(result.value)
        self.result = result


class SigningUnavailable(Exception):
    """The service did not say how a request ended: try again. Never taken for a no.

    ``may_have_asked``: the phone may be asking already, so that trying again asks it twice.
    Smart-ID takes the same request within 15 seconds for the same question, and asks for an account
    before it asks for a signature.
    """

    def __init__(self, detail: str, *, may_have_asked: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.may_have_asked = may_have_asked


class SigningService(Protocol):
    """One way to sign. Every call may raise SigningFailed and SigningUnavailable."""

    async def certificate(self, signer: Signer) -> SigningCertificate:
        """Return the certificate that this person signs with.

        May wait for the person, who chooses one of several accounts on the phone.
        """
        ...

    async def start(
        self, signer: Signer, certificate: SigningCertificate, digest: bytes, display: str
    ) -> SessionStarted:
        """Ask the person to sign a SHA-256 digest. Not idempotent: each call asks the phone.

        ``display`` is shown on the phone, shortened to what fits.
        """
        ...

    async def poll(self, session_id: str, timeout_ms: int) -> SignatureValue | None:
        """Wait for the signature, at most this long; None: the person has not answered yet."""
        ...
