"""Signing by Smart-ID, over real HTTP: what each answer of the service becomes."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from activities.adapters.signing.port import (
    SignatureValue,
    Signer,
    SigningFailed,
    SigningUnavailable,
)
from activities.adapters.signing.relying_party import RelyingParty
from activities.adapters.signing.smart_id import SmartId
from activities.adapters.signing.trusted_issuers import TrustedIssuers
from activities.adapters.signing.verify import check_signature
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from domain.signatures.algorithms import SignatureAlgorithm
from domain.signatures.certificates import CertificateRefusal, CertificateRefused
from domain.signatures.results import SMART_ID_RESULTS, SMART_ID_STATUSES, SigningResult
from simulators.smart_id.app import DEMO, SMART_ID_PATH, create_app
from simulators.trust.identities import Identities
from tests.clients.signing_client import DIGEST, SmartIdClient, running_smart_id

ET, R = Language.ESTONIAN, SigningResult
PARTY = RelyingParty(SecretStr(DEMO.uuid), DEMO.name)


def person(code: str) -> Signer:
    return Signer("EE", code, None, ET)


ANNA = person("40504040001")
TWO_ACCOUNTS = person("39901012239")


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trust")


@pytest.fixture(scope="module")
def running(http_servers: None, trust: Path) -> Iterator[SmartIdClient]:
    with running_smart_id(create_app(trust)) as client:
        yield client


@pytest.fixture
def simulator(running: SmartIdClient) -> Iterator[SmartIdClient]:
    yield running
    running.reset()


@pytest.fixture
async def service(simulator: SmartIdClient) -> AsyncIterator[SmartId]:
    async with httpx.AsyncClient() as http:
        yield SmartId(http, simulator.url + SMART_ID_PATH, PARTY, timeout=10)


async def signed(service: SmartId, signer: Signer = ANNA) -> SignatureValue | None:
    """Sign from beginning to end, as a process does."""
    certificate = await service.certificate(signer)
    started = await service.start(signer, certificate, DIGEST, "Leping nr 1")
    signature = await service.poll(started.session_id, 1000)
    if signature is not None:
        check_signature(signature, certificate, DIGEST)
    return signature


async def failure(service: SmartId, signer: Signer = ANNA) -> SigningResult:
    with pytest.raises(SigningFailed) as caught:
        await signed(service, signer)
    return caught.value.result


async def test_contract_6_a_person_signs_by_smart_id(
    simulator: SmartIdClient, service: SmartId
) -> None:
    certificate = await service.certificate(ANNA)
    started = await service.start(ANNA, certificate, DIGEST, "Leping nr 1: õ")
    signature = await service.poll(started.session_id, 1000)

    chosen, asked = simulator.log()
    assert certificate.facts.subject_identifier == "PNOEE-40504040001"
    assert certificate.document_number == "PNOEE-40504040001-MOCK-Q"
    assert certificate.algorithm is SignatureAlgorithm.RSA_PSS_SHA256
    assert chosen["kind"] == "certificate_choice"
    assert (asked["code"], asked["text"]) == (started.verification_code, "Leping nr 1: õ")
    assert signature is not None
    assert signature.certificate_der == certificate.der
    assert signature.algorithm is SignatureAlgorithm.RSA_PSS_SHA256
    check_signature(signature, certificate, DIGEST)


async def test_contract_6_a_person_chooses_the_code_of_the_page_among_three(
    simulator: SmartIdClient, service: SmartId
) -> None:
    simulator.by_hand()
    certificate = await service.certificate(ANNA)
    started = await service.start(ANNA, certificate, DIGEST, "Leping")

    asked = simulator.log()[-1]
    assert (len(asked["codes"]), started.verification_code in asked["codes"]) == (3, True)
    assert await service.poll(started.session_id, 1000) is None
    simulator.press(
        started.session_id, next(each for each in asked["codes"] if each != asked["code"])
    )
    with pytest.raises(SigningFailed) as caught:
        await service.poll(started.session_id, 1000)
    assert caught.value.result is R.WRONG_VERIFICATION_CODE


async def test_contract_6_a_repeated_start_asks_the_phone_once(
    simulator: SmartIdClient, service: SmartId
) -> None:
    simulator.by_hand()
    certificate = await service.certificate(ANNA)
    simulator.fault("sign", "cut", times=1)
    with pytest.raises(SigningUnavailable, match="answer_lost") as caught:
        await service.start(ANNA, certificate, DIGEST, "Leping")
    started = await service.start(ANNA, certificate, DIGEST, "Leping")

    signatures = [each for each in simulator.log() if each["kind"] == "signature"]
    assert caught.value.may_have_asked
    assert [each["id"] for each in signatures] == [started.session_id]


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("30403039917", R.REFUSED_BY_USER),
        ("30403039928", R.REFUSED_BY_USER),
        ("30403039939", R.REFUSED_BY_USER),
        ("30403039946", R.REFUSED_BY_USER),
        ("30403039950", R.REFUSED_BY_USER),
        ("30403039972", R.WRONG_VERIFICATION_CODE),
        ("30403039983", R.TIMED_OUT),
        ("38001085718", R.NOT_A_CLIENT),
    ],
)
async def test_contract_6_every_test_person_ends_as_sk_says(
    service: SmartId, code: str, result: SigningResult
) -> None:
    assert await failure(service, person(code)) is result


@pytest.mark.parametrize("word", sorted({*SMART_ID_RESULTS, "SOMETHING_NEW"} - {"OK"}))
@pytest.mark.parametrize("source", ["certificate", "sign"])
async def test_contract_6_every_result_is_told(
    simulator: SmartIdClient, service: SmartId, source: str, word: str
) -> None:
    simulator.fault(source, "result", code=word)

    assert await failure(service) is SMART_ID_RESULTS.get(word, R.UNKNOWN)


@pytest.mark.parametrize("status", sorted(SMART_ID_STATUSES))
@pytest.mark.parametrize("source", ["certificate", "sign", "session"])
async def test_contract_6_every_status_is_told(
    simulator: SmartIdClient, service: SmartId, source: str, status: int
) -> None:
    simulator.fault(source, "refuse", code=str(status))

    not_found = {"sign": R.DOCUMENT_UNUSABLE, "session": R.SESSION_LOST}
    expected = SMART_ID_STATUSES[status]
    if status == 404:
        expected = not_found.get(source, expected)
    assert await failure(service) is expected


async def test_contract_6_a_person_may_refuse_to_choose_an_account(
    simulator: SmartIdClient, service: SmartId
) -> None:
    simulator.fault("certificate", "result", code="USER_REFUSED_CERT_CHOICE")

    assert await failure(service, TWO_ACCOUNTS) is R.REFUSED_BY_USER


async def test_contract_6_an_account_without_qualified_certificates_does_not_sign(
    simulator: SmartIdClient, service: SmartId
) -> None:
    simulator.person(code="38001085718", level="ADVANCED")

    assert await failure(service, person("38001085718")) is R.CERTIFICATE_LEVEL


@pytest.mark.parametrize("source", ["certificate", "sign", "session"])
@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        pytest.param({"kind": "http_500"}, "http_500", id="error"),
        pytest.param({"kind": "http_503"}, "http_503", id="outage"),
        pytest.param({"kind": "refuse", "code": "580"}, "http_580", id="maintenance"),
        pytest.param({"kind": "cut"}, "answer_lost", id="lost-answer"),
        pytest.param({"kind": "garbage"}, "unreadable", id="garbage"),
    ],
)
async def test_contract_6_an_outage_is_never_a_no(
    simulator: SmartIdClient,
    service: SmartId,
    source: str,
    fault: dict[str, str],
    detail: str,
) -> None:
    simulator.fault(source, **fault)

    with pytest.raises(SigningUnavailable) as caught:
        await signed(service)
    # Once an account was asked for, the phone has rung.
    asked = source != "certificate" or detail in {"http_500", "answer_lost", "unreadable"}
    assert (caught.value.detail, caught.value.may_have_asked) == (detail, asked)


async def test_contract_6_a_session_that_is_forgotten_is_lost_and_no_refusal(
    simulator: SmartIdClient, service: SmartId
) -> None:
    started = await service.start(ANNA, await service.certificate(ANNA), DIGEST, "Leping")
    simulator.ahead(300)

    for session_id in (started.session_id, str(uuid4())):
        with pytest.raises(SigningFailed) as caught:
            await service.poll(session_id, 1000)
        assert caught.value.result is R.SESSION_LOST


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        pytest.param("wrong_signature", R.HASH_MISMATCH, id="wrong-signature"),
        pytest.param("other_certificate", R.PROTOCOL_FAILURE, id="other-certificate"),
    ],
)
async def test_contract_6_a_signature_that_is_not_of_the_certificate_is_not_taken(
    simulator: SmartIdClient, service: SmartId, kind: str, result: SigningResult
) -> None:
    simulator.fault("sign", kind)

    assert await failure(service) is result


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("other_person", CertificateRefusal.WRONG_PERSON),
        ("expired", CertificateRefusal.EXPIRED),
    ],
)
async def test_contract_6_another_certificate_than_the_person_s_is_refused_before_the_phone(
    simulator: SmartIdClient,
    service: SmartId,
    trust: Path,
    kind: str,
    refusal: CertificateRefusal,
) -> None:
    simulator.fault("certificate", kind)
    issuers = TrustedIssuers.from_pem(Identities(trust).trusted_issuers())

    certificate = await service.certificate(ANNA)
    with pytest.raises(CertificateRefused) as caught:
        issuers.checked(certificate.der, PersonKey("EE", ANNA.code), datetime.now(UTC))
    assert caught.value.refusal is refusal


async def test_contract_6_the_text_is_shortened_to_what_the_app_shows(
    simulator: SmartIdClient, service: SmartId
) -> None:
    await service.start(ANNA, await service.certificate(ANNA), DIGEST, "õ" * 300)

    assert simulator.log()[-1]["text"] == "õ" * 197 + "..."


async def test_contract_6_a_relying_party_that_is_not_known_is_told_as_such(
    simulator: SmartIdClient,
) -> None:
    other = RelyingParty(SecretStr(str(uuid4())), "Operaator")
    async with httpx.AsyncClient() as http:
        service = SmartId(http, simulator.url + SMART_ID_PATH, other, timeout=10)
        assert await failure(service) is R.NOT_ALLOWED
