"""Dialects of the Estonian bank link (pangalink, iPizza). Banks differ, and change."""

from enum import StrEnum


class LinkVersion(StrEnum):
    """VK_VERSION. Specification 1.2 ties 008 to SHA-1 and 009 to SHA-512; not every bank does."""

    V008 = "008"
    V009 = "009"


class MacHash(StrEnum):
    """Hash under the signature."""

    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"


class LinkEncoding(StrEnum):
    """VK_ENCODING: what the signed text is in bytes."""

    UTF_8 = "UTF-8"
    ISO_8859_1 = "ISO-8859-1"
    ISO_8859_13 = "ISO-8859-13"


USUAL_HASHES = {LinkVersion.V008: MacHash.SHA1, LinkVersion.V009: MacHash.SHA512}
"""The hash of each version where a bank has said nothing else."""
