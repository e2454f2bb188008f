"""Whether the value of a signature is of a certificate's key."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

from activities.adapters.signing.asice.faults import ContainerFault, ContainerRefused
from domain.signatures.algorithms import SignatureAlgorithm

_HASH = SHA256()
_PSS = padding.PSS(padding.MGF1(_HASH), salt_length=_HASH.digest_size)


def check_value(
    certificate_der: bytes, algorithm: SignatureAlgorithm, value: bytes, signed: bytes
) -> None:
    """Raise ContainerRefused unless ``value`` is a signature over ``signed`` by this key."""
    try:
        key = x509.load_der_x509_certificate(certificate_der).public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise ContainerRefused(ContainerFault.WRONG_CERTIFICATE) from None
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            _ecdsa(key, algorithm, value, signed)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(value, signed, _padding(algorithm), _HASH)
        else:
            raise ContainerRefused(ContainerFault.UNSUPPORTED_ALGORITHM)
    except InvalidSignature:
        raise ContainerRefused(ContainerFault.WRONG_SIGNATURE) from None


def _ecdsa(
    key: ec.EllipticCurvePublicKey, algorithm: SignatureAlgorithm, value: bytes, signed: bytes
) -> None:
    if algorithm is not SignatureAlgorithm.ECDSA_SHA256:
        raise ContainerRefused(ContainerFault.UNSUPPORTED_ALGORITHM)
    size = (key.key_size + 7) // 8
    if len(value) != 2 * size:
        raise InvalidSignature
    r, s = int.from_bytes(value[:size]), int.from_bytes(value[size:])
    key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(_HASH))


def _padding(algorithm: SignatureAlgorithm) -> padding.AsymmetricPadding:
    match algorithm:
        case SignatureAlgorithm.RSA_SHA256:
            return padding.PKCS1v15()
        case SignatureAlgorithm.RSA_PSS_SHA256:
            return _PSS
    raise ContainerRefused(ContainerFault.UNSUPPORTED_ALGORITHM)
