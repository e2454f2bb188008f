"""Mobile-ID as SK describes it: certificates, signatures, waiting, phones, and the program."""

import base64
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from dev.stack.supervised_process import Program, RunningProgram, answers
from simulators.mobile_id.app import create_app
from tests.clients.signing_client import DIGEST, MobileIdClient, running_mobile_id
from tests.fixtures.patience import PATIENCE, patience_ends
from tests.fixtures.ports import free_port

OK = ("+37200000766", "60001019906")
# SK's test numbers, and how a session of each ends.
ENDS = {
    OK: "OK",
    ("+37268000769", "60001017869"): "OK",
    ("+37269930366", "51307149560"): "OK",
    ("+37200000566", "60001018800"): "OK",
    ("+37200001366", "61001019985"): "OK",
    ("+37200000266", "60001019939"): "NOT_MID_CLIENT",
    ("+37201100266", "60001019950"): "USER_CANCELLED",
    ("+37200000666", "60001019961"): "SIGNATURE_HASH_MISMATCH",
    ("+37201200266", "60001019972"): "SIM_ERROR",
    ("+37213100266", "60001019983"): "PHONE_ABSENT",
    ("+37207110066", "60001019947"): "DELIVERY_ERROR",
    ("+37266000266", "50001018908"): "TIMEOUT",
}
NOBODY = ("+37251234567", "38001085718")


@pytest.fixture(scope="module")
def simulator(
    http_servers: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MobileIdClient]:
    with running_mobile_id(create_app(tmp_path_factory.mktemp("trust"))) as client:
        yield client


@pytest.fixture
def service(simulator: MobileIdClient) -> Iterator[MobileIdClient]:
    yield simulator
    simulator.reset()


@pytest.mark.parametrize(("who", "result"), ENDS.items(), ids=[each[0] for each in ENDS])
def test_contract_13_a_test_number_ends_as_sk_says(
    service: MobileIdClient, who: tuple[str, str], result: str
) -> None:
    certificate = service.post("/certificate", *who).json()
    state = service.state(service.signing(*who))

    assert certificate["result"] == ("NOT_FOUND" if result == "NOT_MID_CLIENT" else "OK")
    assert state.status_code == 200
    assert (state.json()["state"], state.json()["result"]) == ("COMPLETE", result)
    assert ("signature" in state.json()) is (result == "OK")


def test_contract_13_a_signature_is_by_the_key_of_the_certificate(service: MobileIdClient) -> None:
    der = base64.b64decode(service.post("/certificate", *OK).json()["cert"])
    signed = service.state(service.signing(*OK)).json()["signature"]

    key = x509.load_der_x509_certificate(der).public_key()
    value = base64.b64decode(signed["value"])
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert (signed["algorithm"], len(value)) == ("SHA256WithECEncryption", 64)
    encoded = utils.encode_dss_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
    key.verify(encoded, DIGEST, ec.ECDSA(utils.Prehashed(SHA256())))


def test_contract_13_a_login_tells_its_certificate_and_a_signature_does_not(
    service: MobileIdClient,
) -> None:
    started = service.post(
        "/authentication",
        *OK,
        hash=base64.b64encode(DIGEST).decode(),
        hashType="SHA256",
        language="EST",
    )
    session = started.json()["sessionID"]

    assert "cert" in service.state(session, kind="authentication").json()
    assert service.state(session).status_code == 404
    assert "cert" not in service.state(service.signing(*OK)).json()


def test_contract_13_nobody_else_has_mobile_id_until_they_are_added(
    service: MobileIdClient,
) -> None:
    phone, code = NOBODY
    assert service.post("/certificate", phone, code).json()["result"] == "NOT_FOUND"
    assert service.post("/certificate", OK[0], code).json()["result"] == "NOT_FOUND"

    service.person(phone=phone, code=code)
    assert service.post("/certificate", phone, code).json()["result"] == "OK"

    service.person(phone=phone, code=code, active=False)
    assert service.post("/certificate", phone, code).json()["result"] == "NOT_ACTIVE"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        pytest.param({"hash": "AAAA"}, "length of the hash", id="short-hash"),
        pytest.param({"hash": "õäöü"}, "Base64", id="no-base64"),
        pytest.param({"hashType": "SHA512"}, "length of the hash", id="other-hash"),
        pytest.param({"language": "et"}, "language", id="language"),
        pytest.param({"displayText": "x" * 41}, "too long", id="text"),
        pytest.param(
            {"displayText": "õ" * 21, "displayTextFormat": "UCS-2"}, "too long", id="unicode-text"
        ),
        pytest.param({"phoneNumber": "5123456"}, "phoneNumber", id="number"),
    ],
)
def test_contract_13_a_bad_request_is_refused_with_its_reason(
    service: MobileIdClient, more: dict[str, str], error: str
) -> None:
    answer = service.sign(*OK, **more)

    assert answer.status_code == 400
    assert error in answer.json()["error"]
    assert answer.json()["traceId"]
    assert service.log() == []


def test_contract_13_another_relying_party_is_not_served(service: MobileIdClient) -> None:
    assert service.sign(*OK, relyingPartyName="demo").status_code == 200
    assert service.sign(*OK, relyingPartyName="Pank").status_code == 401
    assert service.post("/certificate", *OK, relyingPartyUUID="x").status_code == 401


def test_contract_13_a_phone_shows_text_and_code_and_a_person_confirms(
    service: MobileIdClient,
) -> None:
    service.http.post("/habits", data={"answers": "manual"})
    session = service.signing(*OK, displayText="Leping <1> on valmis õ", language="LIT")

    page = service.http.get("/").text
    assert "Leping &lt;1&gt; on valmis  " in page
    assert "Confirm" in page
    (asked,) = service.log()
    assert f'<p class="code">{asked["code"]}</p>' in page
    assert re.fullmatch(r"\d{4}", asked["code"])
    assert (asked["result"], asked["language"]) == (None, "ENG")

    assert "OK" in service.press(session, "confirm").text
    assert service.state(session).json()["result"] == "OK"
    assert "Confirm" not in service.http.get("/").text


def test_contract_13_a_person_cancels_and_that_stays(service: MobileIdClient) -> None:
    service.by_hand()
    session = service.signing(*OK)

    service.press(session, "cancel")
    service.press(session, "confirm")

    assert service.state(session).json()["result"] == "USER_CANCELLED"


def test_contract_13_who_waits_is_told_when_the_phone_answers(service: MobileIdClient) -> None:
    service.by_hand()
    session = service.signing(*OK)

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(service.state, session, 60_000)
        service.control("POST", f"/sessions/{session}/answer", {"confirmed": True})
        assert waiting.result().json()["result"] == "OK"


def test_contract_13_a_second_poll_ends_the_first(service: MobileIdClient) -> None:
    service.by_hand()
    session = service.signing(*OK)

    with ThreadPoolExecutor() as pool:
        polls = [pool.submit(service.state, session, 60_000) for _ in range(2)]
        (first,) = wait(polls, return_when=FIRST_COMPLETED).done
        assert first.result().json()["state"] == "RUNNING"
        service.press(session, "confirm")
        assert {each.result().json()["state"] for each in polls} == {"RUNNING", "COMPLETE"}


def test_contract_13_a_phone_gives_up_and_a_session_is_forgotten(service: MobileIdClient) -> None:
    service.by_hand()
    session = service.signing(*OK)

    service.ahead(119)
    assert service.log()[0]["result"] is None
    service.ahead(121)
    assert service.state(session).json()["result"] == "TIMEOUT"
    service.ahead(299)
    assert service.state(session).json()["result"] == "TIMEOUT"
    service.ahead(300)
    assert service.state(session).status_code == 404
    assert len(service.log()) == 1


def test_contract_13_answers_come_after_the_delay_that_is_set(service: MobileIdClient) -> None:
    service.control("PUT", "/habits", {"delay": 60})
    session = service.signing(*OK)

    assert service.log()[0]["result"] is None
    service.ahead(60)
    assert service.state(session).json()["result"] == "OK"


@pytest.mark.parametrize("source", ["certificate", "sign", "session"])
@pytest.mark.parametrize(("kind", "status"), [("http_503", 503), ("refuse", 401)])
def test_contract_13_every_call_can_be_out_of_order(
    service: MobileIdClient, source: str, kind: str, status: int
) -> None:
    session = service.signing(*OK)
    service.fault(source, kind, code="401")

    told = {
        "certificate": service.post("/certificate", *OK),
        "sign": service.sign(*OK),
        "session": service.state(session),
    }
    assert {name: answer.status_code for name, answer in told.items()} == {
        name: status if name == source else 200 for name in told
    }


def test_contract_13_a_fault_can_be_of_one_person(service: MobileIdClient) -> None:
    service.fault("sign", "result", code="SOMETHING_NEW", subject=OK[0])

    other = ("+37268000769", "60001017869")
    assert service.state(service.signing(*other)).json()["result"] == "OK"
    assert service.state(service.signing(*OK)).json()["result"] == "SOMETHING_NEW"


@pytest.mark.usefixtures("processes")
def test_contract_13_the_program_serves_stops_on_a_signal_and_logs_no_person(
    tmp_path: Path,
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        *(sys.executable, "-m", "simulators.mobile_id", "--port", str(port)),
        *("--trust-dir", str(tmp_path / "trust"), "--anybody"),
    ]
    program = RunningProgram(
        Program("mobile_id", command, tmp_path / "log", answers(f"{url}/livez"))
    )
    program.start()
    program.wait_until_ready(patience_ends())
    with httpx.Client(base_url=url, timeout=PATIENCE) as http:
        service = MobileIdClient(http)
        assert service.state(service.signing(*NOBODY)).json()["result"] == "OK"
        assert service.sign(*OK, language="et").status_code == 400
    program.stop(grace=PATIENCE)

    log = (tmp_path / "log").read_text()
    assert program.exit_code() in {0, -15}
    assert not any(each in log for each in ("5123", "38001", "60001019906", "Traceback"))


@pytest.mark.usefixtures("processes")
def test_contract_13_the_program_says_that_it_cannot_keep_keys(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    command = [sys.executable, "-m", "simulators.mobile_id", "--trust-dir", str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, check=False)

    assert done.returncode == 2
    assert b"cannot be used" in done.stderr
