"""What answers hold, read with suspicion: Base64, certificates, ids. Faults are of the protocol."""

import base64
import binascii
import re

from activities.adapters.signing.certificate_facts import facts_of
from activities.adapters.signing.port import SigningFailed
from domain.signatures.certificates import CertificateFacts, CertificateRefused
from domain.signatures.results import SigningResult

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def bytes_of(text: str | None) -> bytes:
    """Return the bytes of Base64. Raises SigningFailed, also where there is nothing."""
    try:
        found = base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not found:
        raise SigningFailed(SigningResult.PROTOCOL_FAILURE)
    return found


def certificate_facts(der: bytes) -> CertificateFacts:
    """Return what a certificate says. Raises SigningFailed where it cannot be read."""
    try:
        return facts_of(der)
    except CertificateRefused:
        raise SigningFailed(SigningResult.PROTOCOL_FAILURE) from None


def id_of(text: str | None) -> str:
    """Return an id that becomes a part of a path. Raises SigningFailed."""
    if text is None or not _ID.fullmatch(text):
        raise SigningFailed(SigningResult.PROTOCOL_FAILURE)
    return text


def shortened(text: str, length: int) -> str:
    """Return the text, or its beginning where it is longer than a phone shows."""
    return text if len(text) <= length else f"{text[: length - 3].rstrip()}..."
