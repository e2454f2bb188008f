"""The trust services as a program: what they publish, their control, and requests they refuse."""

import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from dev.stack.supervised_process import Program, RunningProgram, answers
from simulators.trust.identities import Identities, Service
from tests.clients.trust_client import Client, running
from tests.fixtures.patience import patience_ends
from tests.fixtures.ports import free_port

CODE = "60001019906"


@pytest.fixture(scope="module")
def simulator(http_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(tmp_path_factory.mktemp("trust")) as client:
        yield client


@pytest.fixture
def trust(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


def asked(trust: Client, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA256()).build()
    return trust.http.post("/ocsp", content=request.public_bytes(Encoding.DER)).content


def status(trust: Client, certificate: x509.Certificate, issuer: x509.Certificate) -> str:
    response = ocsp.load_der_ocsp_response(asked(trust, certificate, issuer))
    return response.certificate_status.name


def test_contract_13_it_publishes_what_is_to_be_trusted(trust: Client) -> None:
    issuers = x509.load_pem_x509_certificates(trust.http.get("/issuers.pem").content)
    unit, root = x509.load_pem_x509_certificates(trust.http.get("/time-stampers.pem").content)

    assert issuers == [trust.identities.authority(each).certificate for each in Service]
    assert (unit.issuer, root.issuer) == (root.subject, root.subject)


def test_contract_13_a_certificate_can_be_looked_up_and_revoked(trust: Client) -> None:
    shown = trust.control("GET", "/certificates", code=CODE, service="mobile-id")
    identity = trust.identities.signer(CODE, Service.MOBILE_ID)
    before = status(trust, identity.certificate, identity.issuer)

    trust.control(
        "PUT", "/statuses", {"serial_number": shown["serial_number"], "status": "revoked"}
    )

    after = trust.control("GET", "/certificates", code=CODE, service="mobile-id")
    assert x509.load_pem_x509_certificate(shown["certificate"].encode()) == identity.certificate
    assert (shown["status"], before) == ("good", "GOOD")
    assert (after["status"], status(trust, identity.certificate, identity.issuer)) == (
        "revoked",
        "REVOKED",
    )
    assert after["revoked_at"]
    trust.control("DELETE", "/statuses")
    assert status(trust, identity.certificate, identity.issuer) == "GOOD"


def test_contract_13_what_its_authorities_did_not_issue_is_unknown(
    trust: Client, tmp_path: Path
) -> None:
    stranger = Identities(tmp_path).signer(CODE, Service.MOBILE_ID)
    issuer = trust.identities.authority(Service.MOBILE_ID).certificate

    assert status(trust, stranger.certificate, issuer) == "UNKNOWN"


@pytest.mark.parametrize(
    ("code", "service"), [("a/b", "mobile-id"), (CODE, "telegram"), ("", "smart-id")]
)
def test_contract_13_a_code_or_service_that_does_not_exist_is_refused(
    trust: Client, code: str, service: str
) -> None:
    answer = trust.http.get("/_control/certificates", params={"code": code, "service": service})

    assert answer.status_code == 422


def test_contract_13_requests_that_are_none_are_answered_as_the_standards_say(
    trust: Client,
) -> None:
    answer = trust.http.post("/ocsp", content=b"nothing").content
    stamp = trust.http.post("/tsa", content=b"nothing").content

    response = ocsp.load_der_ocsp_response(answer)
    assert response.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    assert tsp.PKIStatusInfo.load(stamp[2:])["status"].native == "rejection"


@pytest.mark.parametrize(("algorithm", "digest"), [("sha1", b"1" * 20), ("sha256", b"1" * 20)])
def test_contract_13_digests_that_nobody_should_stamp_are_refused(
    trust: Client, algorithm: str, digest: bytes
) -> None:
    imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest}
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint}).dump()

    stamp = trust.http.post("/tsa", content=request).content

    assert tsp.PKIStatusInfo.load(stamp[2:])["status"].native == "rejection"


def test_contract_13_who_asks_without_a_nonce_gets_none(trust: Client) -> None:
    digest = sha256(b"data").digest()
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint}).dump()
    identity = trust.identities.signer(CODE, Service.MOBILE_ID)

    stamp = tsp.TimeStampResp.load(trust.http.post("/tsa", content=request).content)

    info = stamp["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    answer = ocsp.load_der_ocsp_response(asked(trust, identity.certificate, identity.issuer))
    assert info["message_imprint"]["hashed_message"].native == digest
    assert info["nonce"].native is None
    with pytest.raises(x509.ExtensionNotFound):
        answer.extensions.get_extension_for_class(x509.OCSPNonce)


def test_contract_13_the_program_serves_until_it_is_told_to_stop(
    processes: None, tmp_path: Path
) -> None:
    port, data = free_port(), tmp_path / "data"
    command = [sys.executable, "-m", "simulators.trust", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    program = RunningProgram(
        Program(
            "trust",
            [*command, "--data-dir", str(data)],
            tmp_path / "log",
            answers(f"{url}/livez"),
        )
    )
    program.start()
    try:
        program.wait_until_ready(patience_ends())
        published = httpx.get(f"{url}/issuers.pem", trust_env=False).content
    finally:
        program.ask_to_stop()
        program.wait_stopped(patience_ends())

    assert published == (data / "issuers.pem").read_bytes() == Identities(data).trusted_issuers()


def test_contract_13_a_directory_that_cannot_be_used_is_reported_in_one_line(
    processes: None, tmp_path: Path
) -> None:
    taken = tmp_path / "file"
    taken.touch()

    command = [sys.executable, "-m", "simulators.trust", "--data-dir", str(taken)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith(f"trust simulator: {taken} cannot be used: ")
    assert done.stderr.count("\n") == 1
