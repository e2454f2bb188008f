"""ASiC-E containers: made here, opened and verified by code of others, and the other way round."""

from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from activities.adapters.signing.asice.containers import container, open_container
from activities.adapters.signing.asice.faults import ContainerFault, ContainerRefused
from activities.adapters.signing.asice.levels import extend, timestamp_digest
from activities.adapters.signing.asice.signatures import complete, prepare
from domain.signatures.algorithms import SignatureAlgorithm
from tests.builders.signed_containers import (
    CONTRACT,
    FILES,
    SIGNED_AT,
    SUMMARY,
    container_of,
    signature_by,
)
from tests.builders.signers import TestSigner, signer
from tests.oracles.signed_containers import (
    DigiDocSignature,
    faults_by_digidoc,
    files_by_digidoc,
    sign_by_digidoc,
    signatures_by_digidoc,
    verified_by_signxml,
)

MARI = signer(SignatureAlgorithm.ECDSA_SHA256, "MÄND,MARI-LIIS")
JURI = signer(SignatureAlgorithm.RSA_PSS_SHA256, "ЖУК,ЮРИЙ")
SEAL = signer(SignatureAlgorithm.RSA_SHA256, "OPERATOR AS")
EVERYBODY = (MARI, JURI, SEAL)
NAME = CONTRACT.name


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "leping.asice"
    path.write_bytes(container_of(*EVERYBODY))
    return path


def test_contract_6_another_program_verifies_each_signature_over_each_file(saved: Path) -> None:
    for number, each in enumerate(EVERYBODY):
        covered = verified_by_signxml(saved, f"META-INF/signatures{number}.xml", each.certificate)
        assert {name: covered[name] for name in covered if not name.startswith("#")} == {
            CONTRACT.name: CONTRACT.content,
            SUMMARY.name: SUMMARY.content,
        }
        assert len(covered) == len(FILES) + 1  # and its signed properties


def test_contract_6_digidoc_opens_the_container(saved: Path) -> None:
    assert files_by_digidoc(saved) == [
        (each.name, each.mime_type, len(each.content)) for each in FILES
    ]
    assert signatures_by_digidoc(saved) == [
        DigiDocSignature(f"TEST {name}", "2026-11-30T09:30:15Z", "BES")
        for name in ("MÄND,MARI-LIIS", "ЖУК,ЮРИЙ", "OPERATOR AS")
    ]


def test_contract_6_digidoc_finds_nothing_wrong_but_the_trust(saved: Path, long_run: bool) -> None:
    if not long_run:
        pytest.skip("libdigidocpp looks for the lists of trusted services for ten seconds")
    assert [each.splitlines() for each in faults_by_digidoc(saved)] == 3 * [
        [
            "Signature validation",
            "Unable to verify signing certificate",
            "self-signed certificate",
            "QualifyingProperties block 'UnsignedProperties' is missing.",  # it is of level B
        ]
    ]


def test_contract_6_what_digidoc_signed_is_opened(tmp_path: Path) -> None:
    contract, key = tmp_path / NAME, tmp_path / "mari.p12"
    contract.write_bytes(CONTRACT.content)
    protection = serialization.BestAvailableEncryption(b"secret")
    key.write_bytes(
        pkcs12.serialize_key_and_certificates(b"m", MARI.key, MARI.certificate, None, protection)
    )
    sign_by_digidoc(tmp_path / "other.asice", contract, key, "secret")

    opened = open_container((tmp_path / "other.asice").read_bytes())
    assert opened.files == (CONTRACT,)
    assert [each.certificate_der for each in opened.signatures] == [MARI.certificate_der]


def test_contract_6_people_sign_in_any_order() -> None:
    xmls = {each: signature_by(each) for each in EVERYBODY}
    for order in permutations(EVERYBODY):
        opened = open_container(container(FILES, [xmls[each] for each in order]))
        assert opened.files == FILES
        assert [each.certificate_der for each in opened.signatures] == [
            each.certificate_der for each in order
        ]


def test_contract_6_a_signature_is_added_to_a_container_without_changing_the_others() -> None:
    first = open_container(container_of(MARI))
    both = container(first.files, [first.signatures[0].xml, signature_by(JURI)])
    assert open_container(both).signatures[0] == first.signatures[0]
    assert len(open_container(both).signatures) == 2


def test_contract_6_the_same_input_gives_the_same_bytes() -> None:
    assert prepare(FILES, MARI.certificate_der, SIGNED_AT, algorithm=MARI.algorithm) == prepare(
        FILES, MARI.certificate_der, SIGNED_AT, algorithm=MARI.algorithm
    )
    xmls = [signature_by(each) for each in EVERYBODY]
    assert container(FILES, xmls) == container(FILES, xmls)


@pytest.mark.parametrize("by", EVERYBODY, ids=lambda by: by.algorithm)
def test_contract_6_what_was_signed_is_read_back(by: TestSigner) -> None:
    read = open_container(container_of(by)).signatures[0]
    assert (read.algorithm, read.signed_at) == (by.algorithm, SIGNED_AT)
    assert (read.timestamp, read.ocsp_der, read.certificate_ders) == (None, None, ())


def test_contract_6_a_signature_is_extended_to_level_lt(tmp_path: Path) -> None:
    of_level_b = signature_by(MARI)
    digest = timestamp_digest(of_level_b)
    of_level_lt = extend(
        of_level_b,
        timestamp_der=b"token",
        ocsp_der=b"response",
        certificate_ders=[SEAL.certificate_der],
    )
    path = tmp_path / "lt.asice"
    path.write_bytes(container(FILES, [of_level_lt]))

    read = open_container(path.read_bytes()).signatures[0]
    assert read.timestamp is not None
    assert (read.timestamp.token_der, read.timestamp.digest) == (b"token", digest)
    assert (read.ocsp_der, read.certificate_ders) == (b"response", (SEAL.certificate_der,))
    assert verified_by_signxml(path, "META-INF/signatures0.xml", MARI.certificate)
    assert [each.profile for each in signatures_by_digidoc(path)] == ["BES/time-stamp"]
    with pytest.raises(ContainerRefused, match=ContainerFault.EXTENDED_ALREADY):
        extend(of_level_lt, timestamp_der=b"2", ocsp_der=b"2", certificate_ders=[])


def test_contract_6_the_time_stamp_is_over_the_value_of_one_signature() -> None:
    assert timestamp_digest(signature_by(MARI)) != timestamp_digest(signature_by(JURI))


@pytest.mark.parametrize("by", EVERYBODY, ids=lambda by: by.algorithm)
def test_contract_6_a_value_of_another_key_or_digest_never_becomes_a_signature(
    by: TestSigner,
) -> None:
    prepared = prepare(FILES, by.certificate_der, SIGNED_AT, algorithm=by.algorithm)
    other = signer(by.algorithm, "SOMEBODY ELSE")
    for value in (other.sign(prepared.signed_info_digest), by.sign(b"\0" * 32), b"", b"\1" * 64):
        with pytest.raises(ContainerRefused, match=ContainerFault.WRONG_SIGNATURE):
            complete(prepared, value)


def test_contract_6_an_algorithm_that_is_not_of_the_key_is_refused() -> None:
    for by, algorithm in ((MARI, SignatureAlgorithm.RSA_SHA256), (SEAL, MARI.algorithm)):
        prepared = prepare(FILES, by.certificate_der, SIGNED_AT, algorithm=algorithm)
        with pytest.raises(ContainerRefused, match=ContainerFault.UNSUPPORTED_ALGORITHM):
            complete(prepared, by.sign(prepared.signed_info_digest))


def test_contract_6_another_time_is_another_signature() -> None:
    later = SIGNED_AT + timedelta(seconds=1)
    at_once = prepare(FILES, MARI.certificate_der, SIGNED_AT, algorithm=MARI.algorithm)
    then = prepare(FILES, MARI.certificate_der, later, algorithm=MARI.algorithm)
    assert at_once.signed_info_digest != then.signed_info_digest
    with pytest.raises(ValueError, match="time zone"):
        prepare(
            FILES, MARI.certificate_der, SIGNED_AT.replace(tzinfo=None), algorithm=MARI.algorithm
        )
