"""Whether a signature is the one that was asked for. Nothing is kept that was not checked here."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from activities.adapters.signing.port import SignatureValue, SigningCertificate, SigningFailed
from domain.signatures.algorithms import SignatureAlgorithm
from domain.signatures.results import SigningResult

_HASH = SHA256()
_PREHASHED = Prehashed(_HASH)
_PADDINGS: dict[SignatureAlgorithm, padding.AsymmetricPadding] = {
    SignatureAlgorithm.RSA_SHA256: padding.PKCS1v15(),
    SignatureAlgorithm.RSA_PSS_SHA256: padding.PSS(padding.MGF1(_HASH), _HASH.digest_size),
}


def check_signature(
    signature: SignatureValue, certificate: SigningCertificate, digest: bytes
) -> None:
    """Check that the key of ``certificate`` signed the SHA-256 ``digest``.

    Raises SigningFailed: ``protocol_failure`` where another certificate or algorithm came back
    than was asked for, ``hash_mismatch`` where the signature is not of this key and digest.
    """
    other = signature.certificate_der not in {None, certificate.der}
    if other or signature.algorithm is not certificate.algorithm:
        raise SigningFailed(SigningResult.PROTOCOL_FAILURE)
    try:
        key = x509.load_der_x509_certificate(certificate.der).public_key()
        _verify(key, signature, digest)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        raise SigningFailed(SigningResult.HASH_MISMATCH) from None


def _verify(key: object, signature: SignatureValue, digest: bytes) -> None:
    """Raise InvalidSignature or ValueError where it does not verify."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        size = (key.curve.key_size + 7) // 8
        if signature.algorithm in _PADDINGS or len(signature.value) != 2 * size:
            raise InvalidSignature
        r, s = signature.value[:size], signature.value[size:]
        encoded = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
        key.verify(encoded, digest, ec.ECDSA(_PREHASHED))
    elif isinstance(key, rsa.RSAPublicKey) and signature.algorithm in _PADDINGS:
        key.verify(signature.value, digest, _PADDINGS[signature.algorithm], _PREHASHED)
    else:
        raise InvalidSignature
