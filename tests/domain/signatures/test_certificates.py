"""Which certificates a person may sign with, by what the certificate says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.identifiers import PersonKey
from domain.signatures.certificates import (
    QC_COMPLIANCE,
    QC_DEVICE,
    QC_FOR_SIGNATURES,
    CertificateFacts,
    CertificateRefusal,
    KeyKind,
    refusal,
)

PERSON = PersonKey("EE", "60001019906")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
QC_SEAL = "0.4.0.1862.1.6.2"
GOOD = CertificateFacts(
    serial_number=1,
    subject_identifier="PNOEE-60001019906",
    issuer="CN=TEST",
    not_before=NOW - DAY,
    not_after=NOW + DAY,
    non_repudiation=True,
    policies=frozenset({"0.4.0.194112.1.2"}),
    qualified=frozenset({QC_COMPLIANCE, QC_DEVICE, QC_FOR_SIGNATURES}),
    key=KeyKind.EC_P256,
)
REFUSED = CertificateRefusal


def test_contract_6_a_qualified_signing_certificate_of_the_person_is_taken() -> None:
    assert refusal(GOOD, PERSON, NOW) is None


@pytest.mark.parametrize("key", [KeyKind.EC_P256, KeyKind.EC_P384, KeyKind.RSA])
def test_contract_6_keys_of_both_services_are_taken(key: KeyKind) -> None:
    assert refusal(replace(GOOD, key=key), PERSON, NOW) is None


@pytest.mark.parametrize("moment", [GOOD.not_before, GOOD.not_after])
def test_contract_6_both_ends_of_the_validity_belong_to_it(moment: datetime) -> None:
    assert refusal(GOOD, PERSON, moment) is None


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (GOOD.not_before - timedelta(seconds=1), REFUSED.NOT_YET_VALID),
        (GOOD.not_after + timedelta(seconds=1), REFUSED.EXPIRED),
    ],
)
def test_contract_6_a_certificate_is_refused_outside_its_dates(
    moment: datetime, reason: CertificateRefusal
) -> None:
    assert refusal(GOOD, PERSON, moment) is reason


@pytest.mark.parametrize(
    ("identifier", "reason"),
    [
        pytest.param("PNOEE-60001017869", REFUSED.WRONG_PERSON, id="somebody-else"),
        pytest.param("PNOLT-60001019906", REFUSED.WRONG_PERSON, id="same-digits-elsewhere"),
        pytest.param("PNOEE-6000101990", REFUSED.WRONG_PERSON, id="one-digit-less"),
        pytest.param("PNOEE-60001019906-MOCK-Q", REFUSED.WRONG_PERSON, id="document-number"),
        pytest.param("PNOEE-60001019906\n", None, id="line-break"),
        pytest.param("PASEE-60001019906", REFUSED.NO_PERSONAL_CODE, id="passport"),
        pytest.param("IDCEE-60001019906", REFUSED.NO_PERSONAL_CODE, id="identity-card"),
        pytest.param("TINEE-60001019906", REFUSED.NO_PERSONAL_CODE, id="tax-number"),
        pytest.param("EI:EE-60001019906", REFUSED.NO_PERSONAL_CODE, id="national-scheme"),
        pytest.param("NTREE-10421629", REFUSED.NO_PERSONAL_CODE, id="company"),
        pytest.param("60001019906", REFUSED.NO_PERSONAL_CODE, id="bare-number"),
        pytest.param("pnoee-60001019906", REFUSED.NO_PERSONAL_CODE, id="small-letters"),
        pytest.param(" PNOEE-60001019906", REFUSED.NO_PERSONAL_CODE, id="space-before"),
        pytest.param("PNOEE-", REFUSED.NO_PERSONAL_CODE, id="no-number"),
        pytest.param("", REFUSED.NO_PERSONAL_CODE, id="empty"),
        pytest.param(None, REFUSED.NO_PERSONAL_CODE, id="none"),
    ],
)
def test_contract_6_only_a_personal_code_of_the_same_country_names_the_person(
    identifier: str | None, reason: CertificateRefusal | None
) -> None:
    assert refusal(replace(GOOD, subject_identifier=identifier), PERSON, NOW) is reason


@pytest.mark.parametrize(
    ("country", "code", "identifier"),
    [
        ("LV", "030303-10012", "PNOLV-030303-10012"),
        ("LV", "030303-10012", "PNOLV-03030310012"),
        ("LT", "30303039914", "PNOLT-30303039914"),
    ],
)
def test_contract_6_people_of_other_countries_sign_in_any_spelling_of_their_code(
    country: str, code: str, identifier: str
) -> None:
    facts = replace(GOOD, subject_identifier=identifier)

    assert refusal(facts, PersonKey(country, code), NOW) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"non_repudiation": False}, REFUSED.NOT_FOR_SIGNING, id="for-logging-in"),
        pytest.param({"qualified": frozenset()}, REFUSED.NOT_QUALIFIED, id="advanced"),
        pytest.param(
            {"qualified": frozenset({QC_COMPLIANCE, QC_FOR_SIGNATURES})},
            REFUSED.NOT_QUALIFIED,
            id="no-device",
        ),
        pytest.param(
            {"qualified": frozenset({QC_DEVICE, QC_FOR_SIGNATURES})},
            REFUSED.NOT_QUALIFIED,
            id="device-only",
        ),
        pytest.param(
            {"qualified": frozenset({QC_COMPLIANCE, QC_DEVICE, QC_SEAL})},
            REFUSED.NOT_QUALIFIED,
            id="for-seals",
        ),
        pytest.param({"key": KeyKind.OTHER}, REFUSED.UNSUPPORTED_KEY, id="key"),
    ],
)
def test_contract_6_the_certificate_must_be_qualified_for_signing(
    change: dict[str, object], reason: CertificateRefusal
) -> None:
    assert refusal(replace(GOOD, **change), PERSON, NOW) is reason  # type: ignore[arg-type]


def test_contract_6_of_several_reasons_the_wrong_person_comes_first() -> None:
    facts = replace(GOOD, subject_identifier="PNOEE-60001017869", qualified=frozenset())

    assert refusal(facts, PERSON, GOOD.not_after + DAY) is REFUSED.WRONG_PERSON
