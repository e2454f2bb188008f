"""Keys, and authorities that issue certificates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from simulators.trust.profiles import Profile, key_usage

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Extensions = Iterable[tuple[x509.ExtensionType, bool]]
_LIFE = timedelta(days=15 * 365)


class KeyType(StrEnum):
    EC = "ec"
    RSA = "rsa"

    def new(self) -> PrivateKey:
        """Make a key. RSA of 2,048 bits: Smart-ID's own are longer, and slow to make."""
        if self is KeyType.EC:
            return ec.generate_private_key(ec.SECP256R1())
        return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True, slots=True)
class Holder:
    """A private key and the certificate of it."""

    key: PrivateKey
    certificate: x509.Certificate

    def as_pem(self) -> bytes:
        """The key, not encrypted, then the certificate."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key + self.certificate.public_bytes(Encoding.PEM)

    @classmethod
    def from_pem(cls, pem: bytes) -> "Holder":
        """Read what ``as_pem`` wrote."""
        key = load_pem_private_key(pem, None)
        if not isinstance(key, PrivateKey):
            raise TypeError("neither an EC nor an RSA key")
        return cls(key, x509.load_pem_x509_certificate(pem))

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)


def new_root(name: str) -> Holder:
    """Make an authority that signs its own certificate."""
    key, subject = KeyType.EC.new(), _named(name)
    certificate = _signed(
        key, subject, key, subject, validity=_since_a_year(), extensions=_of_authority(1)
    )
    return Holder(key, certificate)


def new_authority(root: Holder, name: str, key_type: KeyType) -> Holder:
    """Make an authority that issues certificates to people."""
    return _under(root, _named(name), key_type.new(), _since_a_year(), _of_authority(0))


def new_responder(authority: Holder, name: str, *, marked: bool = True) -> Holder:
    """Make a responder that may answer OCSP for an authority; not ``marked``: that may not."""
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (key_usage(digital_signature=True), True),
        (x509.OCSPNoCheck(), False),
    ]
    if marked:
        extensions.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False))
    return _under(authority, _named(name), KeyType.EC.new(), _since_a_year(), extensions)


def new_time_stamper(root: Holder, name: str) -> Holder:
    """Make a time-stamping unit: its one extended key usage is critical (RFC 3161, 2.3)."""
    extensions: Extensions = [
        (key_usage(digital_signature=True), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
    ]
    return _under(root, _named(name), KeyType.RSA.new(), _since_a_year(), extensions)


def issued(authority: Holder, profile: Profile, key: PrivateKey) -> Holder:
    """Issue a certificate as this profile describes it."""
    return _under(authority, profile.subject(), key, profile.validity(), profile.extensions())


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "EE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Volitus simulators"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _since_a_year() -> tuple[datetime, datetime]:
    begins = datetime.now(UTC).replace(microsecond=0) - timedelta(days=365)
    return begins, begins + _LIFE


def _of_authority(path_length: int) -> Extensions:
    return [
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (key_usage(authority=True), True),
    ]


def _under(
    authority: Holder,
    subject: x509.Name,
    key: PrivateKey,
    validity: tuple[datetime, datetime],
    extensions: Extensions,
) -> Holder:
    issuer = authority.certificate
    own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    above = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)
    certificate = _signed(
        authority.key,
        issuer.subject,
        key,
        subject,
        validity=validity,
        extensions=[*extensions, (above, False)],
    )
    return Holder(key, certificate)


def _signed(
    signer: PrivateKey,
    issuer: x509.Name,
    key: PrivateKey,
    subject: x509.Name,
    *,
    validity: tuple[datetime, datetime],
    extensions: Extensions,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity[0])
        .not_valid_after(validity[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signer, SHA256())
