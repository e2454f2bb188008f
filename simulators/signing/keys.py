"""Signatures and certificates: right ones, and those that a fault asks for."""

import base64
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from simulators.faults import Fault
from simulators.trust.authority import PrivateKey
from simulators.trust.identities import Identities, Identity, Service
from simulators.trust.profiles import Profile

OF_CERTIFICATES = frozenset({"other_person", "expired"})
OF_SIGNATURES = frozenset({"wrong_signature", "other_certificate"})
HASHES: dict[str, hashes.HashAlgorithm] = {
    "SHA256": hashes.SHA256(),
    "SHA384": hashes.SHA384(),
    "SHA512": hashes.SHA512(),
    "SHA3-256": hashes.SHA3_256(),
    "SHA3-384": hashes.SHA3_384(),
    "SHA3-512": hashes.SHA3_512(),
}
"""By Mobile-ID's names; those of Smart-ID have a hyphen more."""
_SOMEBODY_ELSE = "38001085718"
_SIX_YEARS = timedelta(days=6 * 365)


class Keys:
    """What the people of one service sign with."""

    def __init__(self, identities: Identities, service: Service) -> None:
        self._identities = identities
        self._service = service

    def signer(self, code: str, fault: Fault | None) -> Identity:
        """Return somebody's key and certificate, or what a fault makes of them."""
        match fault and fault.kind:
            case "other_person":
                return self._identities.signer(_SOMEBODY_ELSE, self._service)
            case "other_certificate":
                return self._identities.issue(self._service, Profile(f"PNOEE-{code}"))
            case "expired":
                begins = datetime.now(UTC).replace(microsecond=0) - _SIX_YEARS
                profile = Profile(f"PNOEE-{code}", valid_from=begins)
                return self._identities.issue(self._service, profile)
        return self._identities.signer(code, self._service)

    def login(self, code: str) -> Identity:
        return self._identities.login(code, self._service)


def signature(key: PrivateKey, digest: bytes, hash_type: str, *, pss: bool = False) -> bytes:
    """Sign a digest. ECDSA: r and s, each as long as the curve's order, as Mobile-ID answers."""
    algorithm = HASHES[hash_type]
    prehashed = Prehashed(algorithm)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        size = (key.key_size + 7) // 8
        r, s = decode_dss_signature(key.sign(digest, ec.ECDSA(prehashed)))
        return r.to_bytes(size) + s.to_bytes(size)
    if pss:
        mask = padding.MGF1(algorithm)
        return key.sign(digest, padding.PSS(mask, algorithm.digest_size), prehashed)
    return key.sign(digest, padding.PKCS1v15(), prehashed)


def over(digest: bytes, fault: Fault | None) -> bytes:
    """Return what is signed: the digest, or another one where a fault asks for that."""
    wrong = fault is not None and fault.kind == "wrong_signature"
    return bytes(each ^ 0xFF for each in digest) if wrong else digest


def written(content: bytes) -> str:
    """Return the base64 of it."""
    return base64.b64encode(content).decode()
