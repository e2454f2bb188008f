"""A signing: one person is asked on their phone to sign one contract."""

from enum import StrEnum

from domain.reasons import Reason
from domain.signatures.certificates import CertificateRefusal
from domain.signatures.results import SigningResult


class SigningState(StrEnum):
    """How far a signing is. May grow."""

    REQUESTED = "requested"
    ASKING = "asking"
    """The service is being called: the phone may be asking already, and is not asked twice."""
    ASKED = "asked"
    """The phone asks, and shows the verification code."""
    PROVING = "proving"
    """Signed; its time-stamp and the answer of OCSP are being fetched."""
    SIGNED = "signed"
    """The signature is kept."""
    FAILED = "failed"

    @property
    def has_ended(self) -> bool:
        """Return whether nothing follows."""
        return self in {SigningState.SIGNED, SigningState.FAILED}


class SigningFault(StrEnum):
    """Why a signing failed, other than by the service's word or the certificate."""

    METHOD_UNAVAILABLE = "signing_method_unavailable"
    """The operator has no contract with this service."""
    NOT_PROVEN = "signature_not_proven"
    """The signature is kept at a level that does not count: nothing proves when it was made."""


FailureCause = SigningResult | CertificateRefusal | SigningFault
_TEXTS = {
    SigningFault.METHOD_UNAVAILABLE: "The operator does not offer this method of signing",
    SigningFault.NOT_PROVEN: "Nothing proves when it was signed: it is kept, and does not count",
}


def why_failed(cause: FailureCause) -> Reason:
    """Return the reason of an operation that failed."""
    match cause:
        case SigningResult():
            return Reason(f"signing_{cause}", "The signing service told so")
        case CertificateRefusal():
            text = "The person cannot sign a contract with this certificate"
            return Reason("certificate_refused", text, {"refusal": cause.value})
        case SigningFault():
            return Reason(cause.value, _TEXTS[cause])


def why_not_taken(refusal: str) -> Reason:
    """Return the reason why a signature agrees to nothing, and is not kept."""
    text = "What was signed can no longer be agreed to, or not by this person"
    return Reason("signature_not_taken", text, {"refusal": refusal})
