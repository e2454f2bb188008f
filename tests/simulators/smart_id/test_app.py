"""Smart-ID as its RP API describes it: certificates, signatures, repeats, phones, the program."""

import base64
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

from dev.stack.supervised_process import Program, RunningProgram, answers
from simulators.smart_id.app import SMART_ID_PATH, create_app
from tests.clients.signing_client import (
    DIGEST,
    HASH,
    SmartIdClient,
    interactions,
    running_smart_id,
    signature_body,
)
from tests.fixtures.patience import PATIENCE, patience_ends
from tests.fixtures.ports import free_port

OK = "40504040001"
TWO_ACCOUNTS = "39901012239"
# SK's test people of Estonia, and how their sessions end: result, refused interaction.
ENDS: dict[str, tuple[str, str | None]] = {
    OK: ("OK", None),
    "50001029996": ("OK", None),
    TWO_ACCOUNTS: ("OK", None),
    "61101012257": ("OK", None),
    "30403039917": ("USER_REFUSED", None),
    "30403039928": ("USER_REFUSED_INTERACTION", "displayTextAndPIN"),
    "30403039939": ("USER_REFUSED_INTERACTION", "verificationCodeChoice"),
    "30403039946": ("USER_REFUSED_INTERACTION", "confirmationMessage"),
    "30403039950": ("USER_REFUSED_INTERACTION", "confirmationMessageAndVerificationCodeChoice"),
    "30403039972": ("WRONG_VC", None),
    "30403039983": ("TIMEOUT", None),
}
PLAIN = {"type": "displayTextAndPIN", "displayText60": "Leping"}
CHOICE = {
    "type": "confirmationMessageAndVerificationCodeChoice",
    "displayText200": "Leping <1>",
}


@pytest.fixture(scope="module")
def simulator(
    http_servers: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmartIdClient]:
    with running_smart_id(create_app(tmp_path_factory.mktemp("trust"))) as client:
        yield client


@pytest.fixture
def service(simulator: SmartIdClient) -> Iterator[SmartIdClient]:
    yield simulator
    simulator.reset()


def ended(service: SmartIdClient, started: httpx.Response) -> dict[str, Any]:
    state: dict[str, Any] = service.state(started.json()["sessionID"]).json()
    assert state["state"] == "COMPLETE"
    return state


@pytest.mark.parametrize(("code", "ends"), ENDS.items(), ids=ENDS)
def test_contract_13_a_test_person_ends_as_sk_says(
    service: SmartIdClient, code: str, ends: tuple[str, str | None]
) -> None:
    result, refused = ends
    state = ended(service, service.sign(code))

    assert state["result"]["endResult"] == result
    assert state["result"].get("details") == (refused and {"interaction": refused})
    assert ("signature" in state) is (result == "OK")


def test_contract_13_a_signature_is_by_the_key_of_the_certificate(service: SmartIdClient) -> None:
    chosen = ended(service, service.choose(OK))
    state = ended(service, service.sign(OK))

    signature = state["signature"]
    assert chosen["result"]["documentNumber"] == state["result"]["documentNumber"]
    assert chosen["cert"] == state["cert"]
    assert chosen["signature"] == {"flowType": "Notification"}
    assert state["signatureProtocol"] == "RAW_DIGEST_SIGNATURE"
    assert signature["signatureAlgorithmParameters"] == {
        "hashAlgorithm": "SHA-256",
        "maskGenAlgorithm": {"algorithm": "id-mgf1", "parameters": {"hashAlgorithm": "SHA-256"}},
        "saltLength": 32,
        "trailerField": "0xbc",
    }
    key = x509.load_der_x509_certificate(base64.b64decode(state["cert"]["value"])).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    pss = padding.PSS(padding.MGF1(SHA256()), 32)
    value = base64.b64decode(signature["value"])
    key.verify(value, DIGEST, pss, utils.Prehashed(SHA256()))


def test_contract_13_the_certificate_of_an_account_is_told_without_a_phone(
    service: SmartIdClient,
) -> None:
    path = f"/signature/certificate/PNOEE-{OK}-DEM0-Q"
    told = service.post(path).json()

    assert told["state"] == "OK"
    assert told["cert"] == ended(service, service.choose(OK))["cert"]
    service.fault("certificate", "result", code="DOCUMENT_UNUSABLE")
    assert service.post(path).json() == {"state": "DOCUMENT_UNUSABLE"}


def test_contract_13_the_phone_asks_which_of_two_accounts_is_meant(service: SmartIdClient) -> None:
    service.by_hand()
    chosen = service.choose(OK)
    asked = service.choose(TWO_ACCOUNTS)

    assert ended(service, chosen)["result"]["endResult"] == "OK"
    assert "Use this device?" in service.http.get("/").text
    service.press(asked.json()["sessionID"], "cancel")
    assert ended(service, asked)["result"] == {"endResult": "USER_REFUSED_CERT_CHOICE"}


def test_contract_13_a_person_chooses_the_code_that_the_page_shows(service: SmartIdClient) -> None:
    service.by_hand()
    right, wrong, no = (
        service.sign(OK, interactions=interactions(CHOICE), nonce=nonce).json() for nonce in "abc"
    )

    page = service.http.get("/").text
    first = next(each for each in service.log() if each["id"] == wrong["sessionID"])
    other = next(each for each in first["codes"] if each != first["code"])
    assert "Leping &lt;1&gt;" in page
    assert re.fullmatch(r"\d{4}", right["vc"]["value"])
    assert (right["vc"]["type"], len(first["codes"])) == ("numeric4", 3)
    service.press(right["sessionID"], right["vc"]["value"])
    service.press(wrong["sessionID"], other)
    service.press(no["sessionID"], "cancel")

    results = [service.state(each["sessionID"]).json()["result"] for each in (right, wrong, no)]
    assert [each["endResult"] for each in results] == [
        *("OK", "WRONG_VC", "USER_REFUSED_INTERACTION")
    ]
    assert results[2]["details"] == {"interaction": CHOICE["type"]}


def test_contract_13_the_same_request_within_15_seconds_is_the_same_session(
    service: SmartIdClient,
) -> None:
    first, second = service.sign(OK).json(), service.sign(OK).json()
    nonce, other = service.sign(OK, nonce="1").json(), service.sign("50001029996").json()
    service.ahead(14)
    late = service.sign(OK).json()
    service.ahead(16)
    too_late = service.sign(OK).json()

    assert first == second == late
    ids = {each["sessionID"] for each in (first, nonce, other, too_late)}
    assert len(ids) == 4
    assert service.choose(OK).json() == service.choose(OK).json()


@pytest.mark.parametrize(
    ("more", "name"),
    [
        pytest.param({"interactions": "W10="}, "interactions", id="nothing-to-show"),
        pytest.param({"interactions": "[]"}, "interactions", id="no-base64"),
        pytest.param(
            {
                "interactions": interactions(
                    {"type": "displayTextAndPIN", "displayText60": "x" * 61}
                )
            },
            "interactions",
            id="long-text",
        ),
        pytest.param(
            {"interactions": interactions({"type": "confirmationMessage", "displayText60": "x"})},
            "interactions",
            id="other-text",
        ),
        pytest.param({"signatureProtocol": "ACSP_V2"}, "signatureProtocol", id="protocol"),
        pytest.param({"nonce": "x" * 31}, "nonce", id="nonce"),
        pytest.param(
            {
                "signatureProtocolParameters": {
                    "digest": HASH,
                    "signatureAlgorithm": "rsassa-pss",
                    "signatureAlgorithmParameters": {"hashAlgorithm": "SHA-512"},
                }
            },
            "signatureProtocolParameters",
            id="other-hash",
        ),
    ],
)
def test_contract_13_a_bad_request_is_refused_with_its_place(
    service: SmartIdClient, more: dict[str, Any], name: str
) -> None:
    answer = service.sign(OK, **more)

    assert answer.status_code == 400
    assert [each["paramName"] for each in answer.json()["errors"]] == [name]
    assert service.log() == []


def test_contract_13_refusals_have_the_statuses_of_the_description(service: SmartIdClient) -> None:
    service.person(code="38001085718", level="ADVANCED")
    linked = "/signature/device-link/document/PNOEE-40504040001-MOCK-Q"

    assert service.sign(OK, relyingPartyName="Pank").status_code == 401
    assert service.post(linked, **signature_body()).status_code == 403
    assert service.post("/authentication/notification/etsi/PNOEE-1").status_code == 403
    assert service.choose("60001019906").status_code == 404
    assert service.sign("60001019906").status_code == 404
    assert service.choose("38001085718").status_code == 471
    assert service.choose("38001085718", certificateLevel="ADVANCED").status_code == 200
    for status in (472, 480, 580):
        service.fault("sign", "refuse", code=str(status))
        assert (service.sign(OK).status_code, service.sign(OK).json()["status"]) == (status, status)


@pytest.mark.parametrize("wait", ["999", "120001", "x"])
def test_contract_13_a_wait_out_of_range_is_refused(service: SmartIdClient, wait: str) -> None:
    session = service.sign(OK).json()["sessionID"]

    assert service.state(session, wait).status_code == 400
    assert service.http.get(f"{SMART_ID_PATH}/session/{session}").status_code == 200


def test_contract_13_a_phone_gives_up_and_a_session_is_forgotten(service: SmartIdClient) -> None:
    service.by_hand()
    started = service.sign(OK)

    service.ahead(121)
    assert ended(service, started)["result"]["endResult"] == "TIMEOUT"
    service.ahead(300)
    assert service.state(started.json()["sessionID"]).status_code == 404


def test_contract_13_an_answer_can_be_garbage(service: SmartIdClient) -> None:
    service.fault("sign", "garbage", times=1)

    assert "json" not in service.sign(OK).headers["content-type"]
    assert len(service.log()) == 1


@pytest.mark.usefixtures("processes")
def test_contract_13_the_program_serves_stops_on_a_signal_and_logs_no_person(
    tmp_path: Path,
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        *(sys.executable, "-m", "simulators.smart_id", "--port", str(port)),
        *("--trust-dir", str(tmp_path / "trust"), "--anybody"),
    ]
    program = RunningProgram(
        Program("smart_id", command, tmp_path / "log", answers(f"{url}/livez"))
    )
    program.start()
    program.wait_until_ready(patience_ends())
    with httpx.Client(base_url=url, timeout=PATIENCE) as http:
        service = SmartIdClient(http)
        assert ended(service, service.sign("38001085718"))["result"]["endResult"] == "OK"
        assert service.sign(OK, nonce="").status_code == 400
    program.stop(grace=PATIENCE)

    log = (tmp_path / "log").read_text()
    assert program.exit_code() in {0, -15}
    assert not any(each in log for each in ("38001", OK, "Traceback"))
