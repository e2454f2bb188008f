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
_RESULTS = {
    SigningResult.REFUSED_BY_USER: "Refused on the phone",
    SigningResult.WRONG_VERIFICATION_CODE: "Another control code was chosen on the phone",
    SigningResult.TIMED_OUT: "Nothing was confirmed on the phone in time. Please try again",
    SigningResult.SESSION_LOST: "The signing took too long. Please try again",
    SigningResult.NOT_A_CLIENT: "The person cannot sign by this method, or not with this number",
    SigningResult.CERTIFICATE_NOT_ACTIVE: "The certificate for signing is not active",
    SigningResult.PHONE_ABSENT: "The phone is switched off or out of coverage",
    SigningResult.DELIVERY_ERROR: "The request did not reach the phone. Please try again",
    SigningResult.SIM_ERROR: "The SIM card answered with an error. Please try again",
    SigningResult.HASH_MISMATCH: (
        "The SIM card is not set up correctly. Please turn to the mobile operator"
    ),
    SigningResult.ACCOUNT_UNUSABLE: (
        "The Smart-ID account cannot be used at present. Please open the Smart-ID app"
    ),
    SigningResult.DOCUMENT_UNUSABLE: (
        "Smart-ID cannot sign on this device at present. Please open the Smart-ID app"
    ),
    SigningResult.INTERACTION_NOT_SUPPORTED: "The Smart-ID app is too old. Please update it",
    SigningResult.CERTIFICATE_LEVEL: (
        "Contracts are signed with a full Smart-ID account, not with Smart-ID Basic"
    ),
    SigningResult.USE_APP: "Please open the Smart-ID app or its self-service first",
    SigningResult.CLIENT_TOO_OLD: "Signing by this method does not work at present",
    SigningResult.NOT_ALLOWED: "Signing by this method does not work at present",
    SigningResult.SERVICE_UNAVAILABLE: (
        "The signing service does not work at present. Please try again later"
    ),
    SigningResult.PROTOCOL_FAILURE: "Signing failed. Please try again",
    SigningResult.UNKNOWN: "The signing service gave an answer that is not known. Please try again",
}
_TEXTS = {
    SigningFault.METHOD_UNAVAILABLE: "The operator does not offer this method of signing",
    SigningFault.NOT_PROVEN: "Nothing proves when it was signed: it is kept, and does not count",
}


def why_failed(cause: FailureCause) -> Reason:
    """Return the reason of an operation that failed."""
    match cause:
        case SigningResult():
            return Reason(f"signing_{cause}", _RESULTS[cause])
        case CertificateRefusal():
            text = "The person cannot sign a contract with this certificate"
            return Reason("certificate_refused", text, {"refusal": cause.value})
        case SigningFault():
            return Reason(cause.value, _TEXTS[cause])


def why_not_taken(refusal: str) -> Reason:
    """Return the reason why a signature agrees to nothing, and is not kept."""
    text = "What was signed can no longer be agreed to, or not by this person"
    return Reason("signature_not_taken", text, {"refusal": refusal})
