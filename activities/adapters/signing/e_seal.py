"""The operator's e-seal: a key of its own behind the same port. Nobody is asked."""

from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from activities.adapters.signing.certificate_facts import facts_of
from activities.adapters.signing.port import (
    SessionStarted,
    SignatureValue,
    Signer,
    SigningCertificate,
)
from domain.signatures.algorithms import SignatureAlgorithm

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_PREHASHED = Prehashed(SHA256())


class ESeal:
    """A key and its certificate: activities.adapters.signing.port.SigningService.

    A session's id is its digest, so that any worker can finish what another one began.
    """

    def __init__(self, key: Key, certificate: x509.Certificate) -> None:
        if key.public_key() != certificate.public_key():
            raise ValueError("the certificate is not of this key")
        self._key = key
        self._der = certificate.public_bytes(Encoding.DER)
        self._facts = facts_of(self._der)
        is_rsa = isinstance(key, rsa.RSAPrivateKey)
        self._algorithm = (
            SignatureAlgorithm.RSA_SHA256 if is_rsa else SignatureAlgorithm.ECDSA_SHA256
        )

    @classmethod
    def from_pem(cls, key: bytes, certificate: bytes) -> Self:
        """Read a key that is not encrypted, and its certificate. Raises ValueError."""
        read = load_pem_private_key(key, None)
        if not isinstance(read, Key):
            raise ValueError("the key is neither EC nor RSA")  # noqa: TRY004 # it is of the setting
        return cls(read, x509.load_pem_x509_certificate(certificate))

    async def certificate(self, signer: Signer | None = None) -> SigningCertificate:  # noqa: ARG002
        """Return the seal's certificate."""
        return SigningCertificate(self._der, self._facts, None, self._algorithm)

    async def start(
        self,
        signer: Signer | None,  # noqa: ARG002 # the operator seals, whoever signed
        certificate: SigningCertificate,  # noqa: ARG002 # there is one
        digest: bytes,
        display: str,  # noqa: ARG002 # there is no phone
    ) -> SessionStarted:
        """Take a digest; there is no code to compare."""
        return SessionStarted(digest.hex(), "")

    async def poll(self, session_id: str, timeout_ms: int) -> SignatureValue:  # noqa: ARG002
        """Seal the digest at once."""
        return SignatureValue(self._signed(bytes.fromhex(session_id)), self._algorithm, self._der)

    def _signed(self, digest: bytes) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(digest, padding.PKCS1v15(), _PREHASHED)
        size = (self._key.key_size + 7) // 8
        r, s = decode_dss_signature(self._key.sign(digest, ec.ECDSA(_PREHASHED)))
        return r.to_bytes(size) + s.to_bytes(size)
