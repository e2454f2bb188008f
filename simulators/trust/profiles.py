"""What a certificate says about its subject and its key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto.core import Any, ObjectIdentifier, Sequence, SequenceOf
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_COMPLIANCE = "0.4.0.1862.1.1"
_DEVICE = "0.4.0.1862.1.4"
_TYPE = "0.4.0.1862.1.6"
SIGNATURES = "0.4.0.1862.1.6.1"
SEALS = "0.4.0.1862.1.6.2"
_POLICIES = {True: "0.4.0.194112.1.2", False: "0.4.0.2042.1.1"}
"""QCP-n-qscd of ETSI EN 319 411-2, and NCP of EN 319 411-1: Smart-ID at level ADVANCED."""
_YEARS = timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True)
class Profile:
    """A certificate to be issued. The defaults are those of a good signing certificate."""

    identifier: str
    """``serialNumber`` of the subject: ``PNOEE-60001019906``."""
    given_name: str = "TEST"
    surname: str = "NUMBER"
    organization: str | None = None
    """Of a seal: the company's name takes the place of the person's."""
    for_signing: bool = True
    """False: for logging in."""
    qualified: bool = True
    qc_type: str | None = SIGNATURES
    valid_from: datetime | None = None
    """None: since yesterday."""
    valid_for: timedelta = _YEARS

    def subject(self) -> x509.Name:
        """The distinguished name, in the order in which SK writes it."""
        country = self.identifier[3:5] if self.identifier[5:6] == "-" else "EE"
        named = {NameOID.COUNTRY_NAME: country}
        if self.organization is not None:
            named[NameOID.ORGANIZATION_NAME] = self.organization
            named[NameOID.ORGANIZATION_IDENTIFIER] = self.identifier
            named[NameOID.COMMON_NAME] = self.organization
        else:
            named[NameOID.COMMON_NAME] = f"{self.surname},{self.given_name}"
            named[NameOID.SURNAME] = self.surname
            named[NameOID.GIVEN_NAME] = self.given_name
            named[NameOID.SERIAL_NUMBER] = self.identifier
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in named.items()])

    def validity(self) -> tuple[datetime, datetime]:
        """The first and the last moment."""
        begins = self.valid_from or datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        return begins, begins + self.valid_for

    def extensions(self) -> list[tuple[x509.ExtensionType, bool]]:
        """Extensions beside those that name keys, and whether each is critical."""
        usage = key_usage(
            content_commitment=self.for_signing, digital_signature=not self.for_signing
        )
        policy = x509.ObjectIdentifier(_POLICIES[self.qualified])
        made: list[tuple[x509.ExtensionType, bool]] = [
            (x509.BasicConstraints(ca=False, path_length=None), False),
            (usage, True),
            (x509.CertificatePolicies([x509.PolicyInformation(policy, None)]), False),
        ]
        if not self.for_signing:
            made.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False))
        elif self.qualified:
            made.append((self._qualified_statements(), False))
        return made

    def _qualified_statements(self) -> x509.UnrecognizedExtension:
        statements = _QcStatements()
        statements.append({"id": _COMPLIANCE})
        statements.append({"id": _DEVICE})
        if self.qc_type is not None:
            types = _QcTypes([self.qc_type])
            statements.append({"id": _TYPE, "info": types})
        return x509.UnrecognizedExtension(QC_STATEMENTS, statements.dump())


class _QcStatement(Sequence):  # type: ignore[misc] # asn1crypto has no types
    _fields = [("id", ObjectIdentifier), ("info", Any, {"optional": True})]  # noqa: RUF012


class _QcStatements(SequenceOf):  # type: ignore[misc]
    _child_spec = _QcStatement


class _QcTypes(SequenceOf):  # type: ignore[misc]
    _child_spec = ObjectIdentifier


def key_usage(
    *,
    content_commitment: bool = False,
    digital_signature: bool = False,
    authority: bool = False,
) -> x509.KeyUsage:
    """Return a key usage in which all else is off."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
