"""What proves a signature later: that the certificate was not revoked, and when it was signed."""

from enum import StrEnum


class RevocationStatus(StrEnum):
    """What OCSP says of a certificate (RFC 6960, 2.2)."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """The responder does not know the certificate."""


class ProofFault(StrEnum):
    """Why an answer of a trust service proves nothing."""

    MALFORMED = "malformed"
    REFUSED = "refused"
    """The service did not take the request."""
    WRONG_SUBJECT = "wrong_subject"
    """It is about another certificate, or another digest."""
    WRONG_NONCE = "wrong_nonce"
    """It does not belong to this request: an old answer, or somebody else's."""
    UNTRUSTED_SIGNER = "untrusted_signer"
    WRONG_SIGNATURE = "wrong_signature"
    WRONG_TIME = "wrong_time"
    """Its time is too far from ours: it is stale, or one of the clocks is wrong."""


class ProofUnavailable(Exception):
    """The service did not answer, or is too busy. Asking again may help."""


class ProofRejected(Exception):
    """The service answered, and the answer proves nothing. It is neither a yes nor a no."""

    def __init__(self, fault: ProofFault) -> None:
        super().__init__(fault.value)
        self.fault = fault
