"""The SMS gateway: what it takes and refuses, what it shows, its faults, and the program itself."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dev.stack.supervised_process import Program, RunningProgram, answers
from simulators.sms.__main__ import PASSWORD_VARIABLE
from tests.clients.sms_client import PASSWORD, USER, Client, running
from tests.fixtures.patience import PATIENCE, patience_ends
from tests.fixtures.ports import free_port

TO = "+37255512345"
SMS = {"channel": "sms", "sender": "Volitus", "text": "Kood: 123456\n@localhost #123456"}
BODY = {"to": TO, "messages": [SMS]}


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def gateway(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


def test_a_message_is_accepted_and_shown(gateway: Client) -> None:
    answer = gateway.send({"to": TO, "messages": [SMS | {"ttl": 120, "autoconvert": "on"}]})

    taken = answer.json()
    (shown,) = gateway.outbox()
    assert answer.status_code == 201
    assert taken == {
        "omnimessage_id": shown["omnimessage_id"],
        "to": TO,
        "messages": [{"channel": "sms", "message_id": shown["message_id"], "sender": "Volitus"}],
    }
    assert (shown["text"], shown["ttl"], shown["dlr_url"]) == (SMS["text"], 120, None)
    assert shown["status"] == "DELIVRD"


def test_the_outbox_has_the_newest_last_and_can_be_read_by_number(gateway: Client) -> None:
    other = "+37255500000"
    for to, text in [(TO, "one: 111111"), (other, "two: 222222"), (TO, "three: 333333")]:
        gateway.send({"to": to, "messages": [{"channel": "sms", "text": text}]})

    assert [each["to"] for each in gateway.outbox()] == [TO, other, TO]
    assert [each["text"] for each in gateway.outbox(TO)] == ["one: 111111", "three: 333333"]
    assert (gateway.last_code(TO), gateway.last_code(other)) == ("333333", "222222")

    gateway.control("DELETE", "/outbox")

    assert gateway.outbox() == []


def test_the_status_of_a_message_can_be_queried(gateway: Client) -> None:
    taken = gateway.send(BODY).json()

    answer = gateway.status(taken["omnimessage_id"]).json()

    (status,) = answer["statuses"]
    assert (answer["to"], answer["omnimessage_id"]) == (TO, taken["omnimessage_id"])
    assert status["message_id"] == taken["messages"][0]["message_id"]
    assert (status["status"], status["err"], status["error"]) == ("DELIVRD", 0, None)


def test_a_message_that_is_not_there_is_not_found(gateway: Client) -> None:
    answer = gateway.status("no-such-message")

    assert answer.status_code == 404
    assert [each["code"] for each in answer.json()["errors"]] == ["101"]


@pytest.mark.parametrize("path", ["/v1/omnimessage", "/v1/omnimessage/x/status"])
def test_nobody_else_is_served(gateway: Client, path: str) -> None:
    method = "GET" if path.endswith("status") else "POST"

    bare = gateway.http.request(method, path, json=BODY)
    wrong = gateway.http.request(method, path, json=BODY, auth=(USER, "not-it"))

    assert bare.status_code == wrong.status_code == 401
    (error,) = wrong.json()["errors"]
    assert set(error) == {"title", "detail", "code", "source"}
    assert (error["title"], error["code"]) == ("Unauthorized", "103")
    assert gateway.outbox() == []


@pytest.mark.parametrize(
    ("body", "code", "source"),
    [
        pytest.param({"messages": [SMS]}, "106", "to", id="no-number"),
        pytest.param(BODY | {"to": "55512345"}, "104", "to", id="not-e164"),
        pytest.param(BODY | {"messages": []}, "104", "messages", id="no-message"),
        pytest.param(
            BODY | {"messages": [{"channel": "sms"}]}, "106", "messages.0.text", id="no-text"
        ),
        pytest.param(
            BODY | {"messages": [SMS | {"channel": "viber"}]},
            *("104", "messages.0.channel"),
            id="not-sms",
        ),
        pytest.param(
            BODY | {"messages": [SMS | {"autoconvert": "true"}]},
            *("104", "messages.0.autoconvert"),
            id="autoconvert",
        ),
        pytest.param(BODY | {"dlr_url": "no address"}, "104", "dlr_url", id="reports-nowhere"),
        pytest.param(BODY | {"client_ref": "r"}, "104", "client_ref", id="no-own-references"),
        pytest.param([], "104", "body", id="no-object"),
    ],
)
def test_a_wrong_message_is_refused(gateway: Client, body: Any, code: str, source: str) -> None:
    answer = gateway.send(body)

    (error,) = answer.json()["errors"]
    assert answer.status_code == 400
    assert (error["code"], error["source"]) == (code, source)
    assert "55512345" not in answer.text
    assert gateway.outbox() == []


def test_people_see_the_outbox_with_the_newest_first_and_nothing_of_it_as_html(
    gateway: Client,
) -> None:
    for text in ("first", "<script>alert('õ')</script>"):
        gateway.send({"to": TO, "messages": [{"channel": "sms", "text": text}]})

    page = gateway.http.get("/")

    assert page.headers["content-type"].startswith("text/html")
    assert "<script>" not in page.text
    assert page.text.index("&lt;script&gt;alert(") < page.text.index("first</td>")
    assert TO in page.text


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_error_accepts_nothing_and_occurs_the_set_number_of_times(
    gateway: Client, status: int
) -> None:
    gateway.fault("send", f"http_{status}", times=2)

    assert [gateway.send(BODY).status_code for _ in range(3)] == [status, status, 201]
    assert len(gateway.outbox()) == 1


def test_a_refusal_names_the_code_and_accepts_nothing(gateway: Client) -> None:
    gateway.control(
        "PUT",
        "/faults",
        [{"source": "send", "kind": "refuse", "times": 1, "code": each} for each in ("102", None)],
    )

    answers_ = [gateway.send(BODY) for _ in range(3)]

    assert [each.status_code for each in answers_] == [400, 400, 201]
    assert [each.json()["errors"][0]["code"] for each in answers_[:2]] == ["102", "104"]
    assert len(gateway.outbox()) == 1


def test_a_lost_answer_is_to_an_accepted_message(gateway: Client) -> None:
    gateway.fault("send", "cut", times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        gateway.send(BODY)

    assert len(gateway.outbox()) == 1


@pytest.mark.parametrize(("kind", "taken"), [("delay", 0), ("delay_after", 1)])
def test_a_delay_comes_before_the_work_or_after_it(gateway: Client, kind: str, taken: int) -> None:
    gateway.fault("send", kind, seconds=600, times=1)
    patient = gateway.http.timeout
    gateway.http.timeout = httpx.Timeout(PATIENCE, read=0.1)

    with pytest.raises(httpx.ReadTimeout):
        gateway.send(BODY)

    gateway.http.timeout = patient
    ends = patience_ends()
    while taken and not gateway.outbox() and time.monotonic() < ends:
        time.sleep(0.01)
    assert len(gateway.outbox()) == taken


def test_the_status_fails_by_itself(gateway: Client) -> None:
    gateway.fault("status", "http_500")

    taken = gateway.send(BODY)

    assert taken.status_code == 201
    assert gateway.status(taken.json()["omnimessage_id"]).status_code == 500


@pytest.mark.usefixtures("processes")
def test_the_program_serves_stops_on_a_signal_and_logs_no_person(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "simulators.sms", "--port", str(port), "--user", USER]
    secret = {PASSWORD_VARIABLE: PASSWORD.get_secret_value()}
    program = RunningProgram(
        Program("sms", command, tmp_path / "log", answers(f"{url}/livez"), secret)
    )
    program.start()
    program.wait_until_ready(patience_ends())
    with httpx.Client(base_url=url, timeout=PATIENCE) as http:
        gateway = Client(http)
        gateway.send(BODY | {"dlr_url": f"http://127.0.0.1:{free_port()}/nobody"})
        gateway.send(BODY | {"to": "wrong"})
        code = gateway.last_code(TO)
    program.stop(grace=PATIENCE)

    log = (tmp_path / "log").read_text()
    assert code == "123456"
    assert program.exit_code() in {0, -15}
    assert not any(each in log for each in ("5551", "123456", "salajane", "Traceback"))


@pytest.mark.usefixtures("processes")
def test_the_program_does_not_start_without_a_password() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulators.sms"], env={}, capture_output=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr.decode() == f"SMS simulator: no password: set {PASSWORD_VARIABLE}\n"
