"""Codes of four digits by which a person sees that the phone asks about what the page shows."""

from hashlib import sha256


def mobile_id_code(digest: bytes) -> str:
    """Return the code of a digest: its first 6 and its last 7 bits, as a decimal number.

    Source: SK-EID/MID, 2.4.1. Raises ValueError for less than two bytes.
    """
    if len(digest) < 2:
        raise ValueError("a digest has at least two bytes")
    return f"{(digest[0] >> 2) << 7 | digest[-1] & 0x7F:04d}"


def smart_id_code(data: bytes) -> str:
    """Return the code of ``data``: the last two bytes of its SHA-256, modulo 10,000.

    Source: Smart-ID RP API v3.1, verification codes for authentication requests, where ``data`` is
    ``rpChallenge``. The code of a signature is not computed: the service chooses it.
    """
    return f"{int.from_bytes(sha256(data).digest()[-2:]) % 10_000:04d}"
