"""Certificates read and checked as they come from a service: real ones, odd ones, and no ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from activities.adapters.signing.certificate_facts import facts_of
from activities.adapters.signing.trusted_issuers import TrustedIssuers
from domain.identifiers import PersonKey
from domain.signatures.certificates import CertificateRefusal, CertificateRefused, KeyKind
from simulators.trust.identities import Identities, Service
from simulators.trust.profiles import SEALS, Profile

CODE = "60001019906"
PERSON = PersonKey("EE", CODE)
IDENTIFIER = f"PNOEE-{CODE}"
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
REFUSED = CertificateRefusal


@pytest.fixture(scope="module")
def identities(tmp_path_factory: pytest.TempPathFactory) -> Identities:
    return Identities(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="module")
def trusted(identities: Identities) -> TrustedIssuers:
    return TrustedIssuers.from_pem(identities.trusted_issuers())


def refused(trusted: TrustedIssuers, der: bytes, at: datetime = NOW) -> CertificateRefusal:
    with pytest.raises(CertificateRefused) as caught:
        trusted.checked(der, PERSON, at)
    return caught.value.refusal


@pytest.mark.parametrize(
    ("service", "key"), [(Service.MOBILE_ID, KeyKind.EC_P256), (Service.SMART_ID, KeyKind.RSA)]
)
def test_contract_6_a_signing_certificate_of_each_service_is_taken(
    identities: Identities, trusted: TrustedIssuers, service: Service, key: KeyKind
) -> None:
    identity = identities.signer(CODE, service)

    checked = trusted.checked(identity.der, PERSON, NOW)

    assert checked.issuer_der == identity.issuer_der
    assert checked.facts.subject_identifier == IDENTIFIER
    assert checked.facts.key is key
    assert checked.facts.serial_number == identity.certificate.serial_number
    assert f"CN=TEST Volitus {service} CA" in checked.facts.issuer


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        (Profile("PNOEE-60001017869"), REFUSED.WRONG_PERSON),
        (Profile("PNOLV-030303-10012"), REFUSED.WRONG_PERSON),
        (Profile(f"PASEE-{CODE}"), REFUSED.NO_PERSONAL_CODE),
        (Profile(CODE), REFUSED.NO_PERSONAL_CODE),
        (Profile("NTREE-10421629", organization="TEST"), REFUSED.NO_PERSONAL_CODE),
        (Profile(IDENTIFIER, valid_from=NOW + DAY), REFUSED.NOT_YET_VALID),
        (Profile(IDENTIFIER, valid_from=NOW - 2 * DAY, valid_for=DAY), REFUSED.EXPIRED),
        (Profile(IDENTIFIER, for_signing=False), REFUSED.NOT_FOR_SIGNING),
        (Profile(IDENTIFIER, qualified=False), REFUSED.NOT_QUALIFIED),
        (Profile(IDENTIFIER, qc_type=SEALS), REFUSED.NOT_QUALIFIED),
        (Profile(IDENTIFIER, qc_type=None), REFUSED.NOT_QUALIFIED),
    ],
)
def test_contract_6_a_certificate_that_the_person_cannot_sign_with_is_refused(
    identities: Identities,
    trusted: TrustedIssuers,
    profile: Profile,
    reason: CertificateRefusal,
) -> None:
    identity = identities.issue(Service.MOBILE_ID, profile)

    assert refused(trusted, identity.der) is reason


def test_contract_6_keys_that_are_too_weak_or_unknown_are_refused(
    identities: Identities, trusted: TrustedIssuers
) -> None:
    short = rsa.generate_private_key(65537, 1024)
    curve = ec.generate_private_key(ec.SECP521R1())

    for key in (short, curve):
        identity = identities.issue(Service.MOBILE_ID, Profile(IDENTIFIER), key)
        assert refused(trusted, identity.der) is REFUSED.UNSUPPORTED_KEY


def test_contract_6_an_authority_of_the_same_name_is_not_trusted(
    trusted: TrustedIssuers, tmp_path: Path
) -> None:
    elsewhere = Identities(tmp_path).signer(CODE, Service.MOBILE_ID)

    assert refused(trusted, elsewhere.der) is REFUSED.UNTRUSTED_ISSUER


def test_contract_6_no_certificate_issues_others_but_the_trusted_authorities(
    identities: Identities, trusted: TrustedIssuers
) -> None:
    """A person's own key, and a time-stamping unit that is trusted for something else."""
    person = identities.signer(CODE, Service.MOBILE_ID)
    forged = (
        x509.CertificateBuilder()
        .subject_name(person.certificate.subject)
        .issuer_name(person.certificate.subject)
        .public_key(person.certificate.public_key())
        .serial_number(7)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .sign(person.key, SHA256())
        .public_bytes(Encoding.DER)
    )
    not_authorities = TrustedIssuers([person.certificate])

    assert refused(trusted, forged) is REFUSED.UNTRUSTED_ISSUER
    assert refused(not_authorities, forged) is REFUSED.UNTRUSTED_ISSUER
    assert refused(not_authorities, person.der) is REFUSED.UNTRUSTED_ISSUER


def test_contract_6_an_authority_is_trusted_as_long_as_it_is_valid(
    identities: Identities, trusted: TrustedIssuers
) -> None:
    ends = identities.authority(Service.MOBILE_ID).certificate.not_valid_after_utc
    late = identities.issue(Service.MOBILE_ID, Profile(IDENTIFIER, valid_from=ends - DAY))

    assert trusted.issuer_of(late.der, ends) == late.issuer_der
    assert refused(trusted, late.der, ends + DAY) is REFUSED.UNTRUSTED_ISSUER


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"not a certificate",
        lambda der: der[:-1],
        lambda der: der + b"\x00",
        lambda der: der.replace(
            b"\x30\x08\x06\x06\x04\x00\x8e\x46", b"\x02\x08\x06\x06\x04\x00\x8e\x46"
        ),
        lambda der: der + b"\x00" * 20_000,
    ],
    ids=["empty", "text", "cut", "longer", "broken-statement", "huge"],
)
def test_contract_6_what_cannot_be_read_is_refused(
    identities: Identities, trusted: TrustedIssuers, damage: object
) -> None:
    der = damage(identities.signer(CODE, Service.MOBILE_ID).der)  # type: ignore[operator]

    assert refused(trusted, der) is REFUSED.UNREADABLE


def test_contract_6_an_unknown_critical_extension_is_refused(identities: Identities) -> None:
    authority = identities.authority(Service.MOBILE_ID)
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(Profile(IDENTIFIER).subject())
        .issuer_name(authority.certificate.subject)
        .public_key(ed25519.Ed25519PrivateKey.generate().public_key())
        .serial_number(8)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(unknown, critical=True)
        .sign(authority.key, SHA256())
    )

    with pytest.raises(CertificateRefused) as caught:
        facts_of(certificate.public_bytes(Encoding.DER))
    assert caught.value.refusal is REFUSED.UNREADABLE


def test_contract_6_a_refusal_says_nothing_of_the_person() -> None:
    assert str(CertificateRefused(REFUSED.WRONG_PERSON)) == "wrong_person"


def test_a_file_without_certificates_is_no_list_of_trusted_issuers() -> None:
    with pytest.raises(ValueError, match="PEM"):
        TrustedIssuers.from_pem(b"nothing here")


def test_contract_6_an_extension_that_is_there_twice_makes_a_certificate_unreadable(
    identities: Identities, trusted: TrustedIssuers
) -> None:
    """Key usage, renamed to be a second subject key identifier."""
    der = identities.signer(CODE, Service.MOBILE_ID).der

    assert refused(trusted, der.replace(b"\x55\x1d\x0f", b"\x55\x1d\x0e")) is REFUSED.UNREADABLE
