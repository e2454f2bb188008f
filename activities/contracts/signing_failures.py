"""Why a signing fails, by what was raised on the way."""

from activities.adapters.signing.port import SigningFailed
from activities.adapters.signing.services import MethodUnavailable
from domain.contracts.agreeing import AgreeRefused
from domain.rates import LimitReached
from domain.reasons import Reason
from domain.signatures.certificates import CertificateRefused
from domain.signatures.signings import SigningFault, why_failed, why_not_taken

NotTaken = AgreeRefused | LimitReached
NOT_TAKEN = (AgreeRefused, LimitReached)
"""Raised where the signature would be, or is, refused."""
NOT_ASKED = (SigningFailed, CertificateRefused, MethodUnavailable, *NOT_TAKEN)
"""Raised where no phone asks, and another try would not help."""


def why(error: SigningFailed | CertificateRefused | MethodUnavailable | NotTaken) -> Reason:
    """Return the reason that the person is told."""
    match error:
        case SigningFailed():
            return why_failed(error.result)
        case CertificateRefused():
            return why_failed(error.refusal)
        case MethodUnavailable():
            return why_failed(SigningFault.METHOD_UNAVAILABLE)
        case AgreeRefused():
            return why_not_taken(error.refusal)
        case LimitReached():
            return why_not_taken("too_many_requests")
