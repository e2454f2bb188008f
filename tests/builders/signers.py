"""Signers with keys and certificates of their own, that sign as signing services do."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from domain.signatures.algorithms import SignatureAlgorithm

_START = datetime(2026, 1, 1, tzinfo=UTC)
_PREHASHED = utils.Prehashed(SHA256())
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class TestSigner:
    """A person with a key, and what the key's service does with a digest."""

    __test__ = False

    key: Key
    certificate: x509.Certificate
    algorithm: SignatureAlgorithm

    @property
    def certificate_der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def sign(self, digest: bytes) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            size = (self.key.key_size + 7) // 8
            r, s = utils.decode_dss_signature(self.key.sign(digest, ec.ECDSA(_PREHASHED)))
            return r.to_bytes(size) + s.to_bytes(size)
        if self.algorithm is SignatureAlgorithm.RSA_SHA256:
            return self.key.sign(digest, padding.PKCS1v15(), _PREHASHED)
        pss = padding.PSS(padding.MGF1(SHA256()), salt_length=32)
        return self.key.sign(digest, pss, _PREHASHED)


@cache
def signer(algorithm: SignatureAlgorithm, name: str = "MÄND,MARI-LIIS") -> TestSigner:
    """Return the signer of this name: on elliptic curve P-256, or with RSA of 2,048 bits."""
    if algorithm is SignatureAlgorithm.ECDSA_SHA256:
        key: Key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(65537, 2048)
    return TestSigner(key, _certificate(key, name), algorithm)


def _certificate(key: Key, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"TEST {name}")])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_START)
        .not_valid_after(_START + timedelta(days=1826))
        .add_extension(usage, critical=True)
        .sign(key, SHA256())
    )
