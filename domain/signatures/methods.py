"""How a document is signed, and what proves a signature."""

from enum import StrEnum


class SignatureMethod(StrEnum):
    """Means by which a signature is made."""

    MOBILE_ID = "mobile_id"
    """Key on the SIM of the person's phone."""
    SMART_ID = "smart_id"
    """Key of the Smart-ID app, shared with its server."""
    E_SEAL = "e_seal"
    """Key of the operator: seals in its name, signs for no person."""


PHONE_METHODS = frozenset({SignatureMethod.MOBILE_ID, SignatureMethod.SMART_ID})
"""Methods by which people sign."""


class SignatureLevel(StrEnum):
    """Level of a XAdES signature (ETSI EN 319 132-1)."""

    B = "B"
    """Signed; nothing proves when, and whether the certificate was valid then."""
    LT = "LT"
    """With a time-stamp and the certificate's OCSP answer: can be checked for years."""
