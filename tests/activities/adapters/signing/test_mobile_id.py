"""Signing by Mobile-ID, over real HTTP: what each answer of the service becomes."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from activities.adapters.signing.mobile_id import MobileId
from activities.adapters.signing.port import (
    SignatureValue,
    Signer,
    SigningFailed,
    SigningUnavailable,
)
from activities.adapters.signing.relying_party import RelyingParty
from activities.adapters.signing.trusted_issuers import TrustedIssuers
from activities.adapters.signing.verify import check_signature
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from domain.signatures.algorithms import SignatureAlgorithm
from domain.signatures.certificates import CertificateRefusal, CertificateRefused
from domain.signatures.results import MOBILE_ID_RESULTS, SigningResult
from simulators.mobile_id.app import DEMO, MOBILE_ID_PATH, create_app
from simulators.trust.identities import Identities
from tests.clients.signing_client import DIGEST, MobileIdClient, running_mobile_id
from tests.fixtures.ports import free_port

ET, R = Language.ESTONIAN, SigningResult
MARY = Signer("EE", "60001019906", "+37200000766", ET)
NOT_A_CLIENT = Signer("EE", "60001019939", "+37200000266", ET)
PARTY = RelyingParty(SecretStr(DEMO.uuid), DEMO.name)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trust")


@pytest.fixture(scope="module")
def running(http_servers: None, trust: Path) -> Iterator[MobileIdClient]:
    with running_mobile_id(create_app(trust)) as client:
        yield client


@pytest.fixture
def simulator(running: MobileIdClient) -> Iterator[MobileIdClient]:
    yield running
    running.reset()


@pytest.fixture
async def service(simulator: MobileIdClient) -> AsyncIterator[MobileId]:
    async with httpx.AsyncClient() as http:
        yield MobileId(http, simulator.url + MOBILE_ID_PATH, PARTY, timeout=10)


async def signed(service: MobileId, signer: Signer = MARY) -> SignatureValue | None:
    """Sign from beginning to end, as a process does."""
    certificate = await service.certificate(signer)
    started = await service.start(signer, certificate, DIGEST, "Leping nr 1")
    signature = await service.poll(started.session_id, 1000)
    if signature is not None:
        check_signature(signature, certificate, DIGEST)
    return signature


async def failure(service: MobileId, signer: Signer = MARY) -> SigningResult:
    with pytest.raises(SigningFailed) as caught:
        await signed(service, signer)
    return caught.value.result


async def test_contract_6_a_person_signs_by_mobile_id(
    simulator: MobileIdClient, service: MobileId
) -> None:
    certificate = await service.certificate(MARY)
    started = await service.start(MARY, certificate, DIGEST, "Leping nr 1")
    signature = await service.poll(started.session_id, 1000)

    (asked,) = simulator.log()
    assert certificate.facts.subject_identifier == "PNOEE-60001019906"
    assert certificate.algorithm is SignatureAlgorithm.ECDSA_SHA256
    assert (asked["code"], asked["text"]) == (started.verification_code, "Leping nr 1")
    assert asked["language"] == "EST"
    assert signature is not None
    assert (len(signature.value), signature.certificate_der) == (64, None)
    check_signature(signature, certificate, DIGEST)


async def test_contract_6_a_person_who_has_not_answered_is_waited_for(
    simulator: MobileIdClient, service: MobileId
) -> None:
    simulator.by_hand()
    started = await service.start(MARY, await service.certificate(MARY), DIGEST, "Leping")

    assert await service.poll(started.session_id, 1000) is None
    simulator.press(started.session_id, "confirm")
    assert await service.poll(started.session_id, 60_000) is not None


@pytest.mark.parametrize(
    ("phone", "code", "result"),
    [
        ("+37200000266", "60001019939", R.NOT_A_CLIENT),
        ("+37201100266", "60001019950", R.REFUSED_BY_USER),
        ("+37200000666", "60001019961", R.HASH_MISMATCH),
        ("+37201200266", "60001019972", R.SIM_ERROR),
        ("+37213100266", "60001019983", R.PHONE_ABSENT),
        ("+37207110066", "60001019947", R.DELIVERY_ERROR),
        ("+37266000266", "50001018908", R.TIMED_OUT),
        ("+37251234567", "38001085718", R.NOT_A_CLIENT),
    ],
)
async def test_contract_6_every_test_number_ends_as_sk_says(
    service: MobileId, phone: str, code: str, result: SigningResult
) -> None:
    assert await failure(service, Signer("EE", code, phone, ET)) is result


@pytest.mark.parametrize("word", sorted({*MOBILE_ID_RESULTS, "SOMETHING_NEW"} - {"OK"}))
@pytest.mark.parametrize("source", ["certificate", "sign"])
async def test_contract_6_every_result_is_told(
    simulator: MobileIdClient, service: MobileId, source: str, word: str
) -> None:
    simulator.fault(source, "result", code=word)

    assert await failure(service) is MOBILE_ID_RESULTS.get(word, R.UNKNOWN)


async def test_contract_6_a_certificate_that_is_not_active_is_told(
    simulator: MobileIdClient, service: MobileId
) -> None:
    simulator.person(phone="+37251234567", code="38001085718", active=False)

    signer = Signer("EE", "38001085718", "+37251234567", ET)
    assert await failure(service, signer) is R.CERTIFICATE_NOT_ACTIVE


async def test_contract_6_a_number_without_mobile_id_is_told_by_the_session_too(
    service: MobileId,
) -> None:
    certificate = await service.certificate(MARY)
    started = await service.start(NOT_A_CLIENT, certificate, DIGEST, "Leping")

    with pytest.raises(SigningFailed) as caught:
        await service.poll(started.session_id, 1000)
    assert caught.value.result is R.NOT_A_CLIENT


async def test_contract_6_a_session_that_is_forgotten_is_lost_and_no_refusal(
    simulator: MobileIdClient, service: MobileId
) -> None:
    simulator.by_hand()
    started = await service.start(MARY, await service.certificate(MARY), DIGEST, "Leping")
    simulator.ahead(300)

    for session_id in (started.session_id, str(uuid4())):
        with pytest.raises(SigningFailed) as caught:
            await service.poll(session_id, 1000)
        assert caught.value.result is R.SESSION_LOST


@pytest.mark.parametrize("source", ["certificate", "sign", "session"])
@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        pytest.param({"kind": "http_500"}, "http_500", id="error"),
        pytest.param({"kind": "http_503"}, "http_503", id="outage"),
        pytest.param({"kind": "http_429"}, "http_429", id="too-many"),
        pytest.param({"kind": "refuse", "code": "410"}, "http_410", id="other-status"),
        pytest.param({"kind": "refuse", "code": "302"}, "http_302", id="redirect"),
        pytest.param({"kind": "cut"}, "answer_lost", id="lost-answer"),
        pytest.param({"kind": "garbage"}, "unreadable", id="garbage"),
    ],
)
async def test_contract_6_an_outage_is_never_a_no(
    simulator: MobileIdClient,
    service: MobileId,
    source: str,
    fault: dict[str, str],
    detail: str,
) -> None:
    simulator.fault(source, **fault)

    with pytest.raises(SigningUnavailable) as caught:
        await signed(service)
    asked = source == "sign" and detail in {"http_500", "answer_lost", "unreadable"}
    assert (caught.value.detail, caught.value.may_have_asked) == (detail, asked)


async def test_contract_6_a_service_that_is_not_there_is_an_outage(http_servers: None) -> None:
    async with httpx.AsyncClient() as http:
        url = f"http://127.0.0.1:{free_port()}/mid-api"
        with pytest.raises(SigningUnavailable, match="unreachable") as caught:
            await MobileId(http, url, PARTY, timeout=10).certificate(MARY)
    assert not caught.value.may_have_asked


async def test_contract_6_a_service_that_is_slow_is_an_outage(
    simulator: MobileIdClient,
) -> None:
    simulator.fault("sign", "timeout")
    async with httpx.AsyncClient() as http:
        impatient = MobileId(http, simulator.url + MOBILE_ID_PATH, PARTY, timeout=0.5)
        patient = MobileId(http, simulator.url + MOBILE_ID_PATH, PARTY, timeout=10)
        certificate = await patient.certificate(MARY)
        with pytest.raises(SigningUnavailable, match="answer_lost") as caught:
            await impatient.start(MARY, certificate, DIGEST, "Leping")
    assert caught.value.may_have_asked


async def test_contract_6_a_long_poll_is_waited_for_longer_than_an_answer(
    simulator: MobileIdClient,
) -> None:
    """The limit of other calls is not the limit of a poll: that is its own and 1.5 seconds."""
    simulator.by_hand()
    async with httpx.AsyncClient() as http:
        service = MobileId(http, simulator.url + MOBILE_ID_PATH, PARTY, timeout=10)
        started = await service.start(MARY, await service.certificate(MARY), DIGEST, "Leping")
        impatient = MobileId(http, simulator.url + MOBILE_ID_PATH, PARTY, timeout=0.5)
        assert await impatient.poll(started.session_id, 1) is None


@pytest.mark.parametrize("kind", ["wrong_signature", "other_certificate"])
async def test_contract_6_a_signature_that_is_not_of_the_person_s_key_is_not_taken(
    simulator: MobileIdClient, service: MobileId, kind: str
) -> None:
    simulator.fault("sign", kind)

    assert await failure(service) is R.HASH_MISMATCH


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("other_person", CertificateRefusal.WRONG_PERSON),
        ("expired", CertificateRefusal.EXPIRED),
    ],
)
async def test_contract_6_another_certificate_than_the_person_s_is_refused_before_the_phone(
    simulator: MobileIdClient,
    service: MobileId,
    trust: Path,
    kind: str,
    refusal: CertificateRefusal,
) -> None:
    simulator.fault("certificate", kind)
    issuers = TrustedIssuers.from_pem(Identities(trust).trusted_issuers())

    certificate = await service.certificate(MARY)
    with pytest.raises(CertificateRefused) as caught:
        issuers.checked(certificate.der, PersonKey("EE", MARY.code), datetime.now(UTC))
    assert caught.value.refusal is refusal


async def test_contract_6_a_relying_party_that_is_not_known_is_told_as_such(
    simulator: MobileIdClient,
) -> None:
    other = RelyingParty(SecretStr(str(uuid4())), "Operaator")
    async with httpx.AsyncClient() as http:
        service = MobileId(http, simulator.url + MOBILE_ID_PATH, other, timeout=10)
        assert await failure(service) is R.NOT_ALLOWED


async def test_contract_6_what_the_service_cannot_read_is_a_fault_of_the_protocol(
    service: MobileId,
) -> None:
    certificate = await service.certificate(MARY)

    with pytest.raises(SigningFailed) as caught:
        await service.start(MARY, certificate, b"short", "Leping")
    assert caught.value.result is R.PROTOCOL_FAILURE


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("x" * 40, "x" * 40, id="fits"),
        pytest.param("x" * 41, "x" * 37 + "...", id="too-long"),
        pytest.param("Õnnitlused lepinguks", "Õnnitlused lepinguks", id="unicode-fits"),
        pytest.param("Договор на связь номер 1", "Договор на связь...", id="unicode-too-long"),
        pytest.param("[1] €", "[1] €", id="two-places-each"),
    ],
)
async def test_contract_6_the_text_is_shortened_to_what_a_phone_shows(
    simulator: MobileIdClient, service: MobileId, text: str, shown: str
) -> None:
    await service.start(MARY, await service.certificate(MARY), DIGEST, text)

    assert simulator.log()[0]["text"] == shown


async def test_contract_6_mobile_id_needs_a_number(service: MobileId) -> None:
    with pytest.raises(ValueError, match="number"):
        await service.certificate(Signer("EE", MARY.code, None, ET))


async def test_contract_6_a_strange_session_id_asks_nothing(service: MobileId) -> None:
    with pytest.raises(SigningFailed) as caught:
        await service.poll("../certificate", 1000)
    assert caught.value.result is R.PROTOCOL_FAILURE


def test_contract_6_a_signer_is_not_written_out() -> None:
    assert MARY.code not in repr(MARY)
    assert "0766" not in repr(MARY)
