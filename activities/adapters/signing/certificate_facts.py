"""Reads out of an X.509 certificate what domain.signatures.certificates decides by."""

from asn1crypto.core import Any, ObjectIdentifier, Sequence, SequenceOf
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from domain.signatures.certificates import (
    CertificateFacts,
    CertificateRefusal,
    CertificateRefused,
    KeyKind,
)

LONGEST_CERTIFICATE = 16 * 1024
"""Bytes. Certificates of people have one or two thousand."""
UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What the libraries raise, while they read, for what is no certificate or no signed answer."""
_QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_QC_TYPE = "0.4.0.1862.1.6"
_SHORTEST_RSA = 2048
_CURVES = {"secp256r1": KeyKind.EC_P256, "secp384r1": KeyKind.EC_P384}


class _QcStatement(Sequence):  # type: ignore[misc] # asn1crypto has no types
    _fields = [("id", ObjectIdentifier), ("info", Any, {"optional": True})]  # noqa: RUF012


class _QcStatements(SequenceOf):  # type: ignore[misc]
    """RFC 3739, 3.2.6."""

    _child_spec = _QcStatement


class _QcTypes(SequenceOf):  # type: ignore[misc]
    """ETSI EN 319 412-5, 4.2.3: what the certificate is for."""

    _child_spec = ObjectIdentifier


def read_certificate(der: bytes) -> x509.Certificate:
    """Parse a certificate. Raises CertificateRefused (unreadable)."""
    if len(der) > LONGEST_CERTIFICATE:
        raise CertificateRefused(CertificateRefusal.UNREADABLE)
    try:
        certificate = x509.load_der_x509_certificate(der)
        unknown = [
            each
            for each in certificate.extensions
            if each.critical and isinstance(each.value, x509.UnrecognizedExtension)
        ]
    except UNREADABLE:
        raise CertificateRefused(CertificateRefusal.UNREADABLE) from None
    if unknown:  # RFC 5280, 4.2: must be refused
        raise CertificateRefused(CertificateRefusal.UNREADABLE)
    return certificate


def facts_of(der: bytes) -> CertificateFacts:
    """Read the facts of a certificate. Raises CertificateRefused (unreadable)."""
    certificate = read_certificate(der)
    try:
        return CertificateFacts(
            serial_number=certificate.serial_number,
            subject_identifier=_identifier(certificate),
            issuer=certificate.issuer.rfc4514_string(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            non_repudiation=_non_repudiation(certificate),
            policies=_policies(certificate),
            qualified=_qualified(certificate),
            key=_key_kind(certificate),
        )
    except UNREADABLE:
        raise CertificateRefused(CertificateRefusal.UNREADABLE) from None


def _identifier(certificate: x509.Certificate) -> str | None:
    found = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    return str(found[0].value) if len(found) == 1 else None


def _non_repudiation(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.content_commitment


def _policies(certificate: x509.Certificate) -> frozenset[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(each.policy_identifier.dotted_string for each in found)


def _qualified(certificate: x509.Certificate) -> frozenset[str]:
    try:
        found = certificate.extensions.get_extension_for_oid(_QC_STATEMENTS).value
    except x509.ExtensionNotFound:
        return frozenset()
    named: set[str] = set()
    for statement in _QcStatements.load(found.public_bytes(), strict=True):
        named.add(statement["id"].dotted)
        if statement["id"].dotted == _QC_TYPE:
            named |= {each.dotted for each in statement["info"].parse(_QcTypes)}
    return frozenset(named)


def _key_kind(certificate: x509.Certificate) -> KeyKind:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return KeyKind.OTHER
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name, KeyKind.OTHER)
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SHORTEST_RSA:
        return KeyKind.RSA
    return KeyKind.OTHER
