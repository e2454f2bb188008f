"""Each fault as a client meets it, and none of them longer than asked for."""

from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET
from zipfile import BadZipFile

import httpx
import pytest
from defusedxml import ElementTree as SafeElementTree
from defusedxml.common import EntitiesForbidden

from simulators.register.app import FILE_PATH
from tests.clients.register_client import NS, Client, running, unzipped
from tests.fixtures.patience import PATIENCE

CANARY = {"ariregistri_kood": "70000310"}


@pytest.fixture(scope="module")
def simulator(http_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(tmp_path_factory.mktemp("register")) as client:
        client.put("19000014", holders=[{"name": "Tamm", "code": "38001085718"}])
        yield client


@pytest.fixture
def register(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.control("DELETE", "/faults")


def ask_file(register: Client) -> httpx.Response:
    return register.http.get(FILE_PATH)


def ask_company(register: Client) -> httpx.Response:
    return register.soap("esindus_v2", {"ariregistri_kood": "19000014"})


def ask_changes(register: Client) -> httpx.Response:
    day = register.control("GET", "/clock")["today"]
    return register.soap("ettevotjaMuudatusedTasuline_v1", {"kuupaev": day})


Ask = Callable[[Client], httpx.Response]
AGES = 600
"""Seconds of a delay that no test waits for; the end of the simulator ends it."""
SOURCES = [
    pytest.param("open_data", ask_file, id="open-data"),
    pytest.param("esindus", ask_company, id="esindus"),
    pytest.param("change_list", ask_changes, id="change-list"),
]
SOAP_SOURCES = SOURCES[1:]


@pytest.mark.parametrize(("source", "ask"), SOURCES)
def test_a_fault_occurs_the_set_number_of_times_at_its_source(
    register: Client, source: str, ask: Ask
) -> None:
    register.fault(source, "http_500", times=2)

    assert [ask(register).status_code for _ in range(3)] == [500, 500, 200]
    assert register.control("GET", "/faults") == []


def test_a_fault_at_one_source_leaves_the_others_alone(register: Client) -> None:
    register.fault("esindus", "http_500")

    assert ask_file(register).status_code == ask_changes(register).status_code == 200
    assert ask_company(register).status_code == 500


@pytest.mark.parametrize(("source", "ask"), SOURCES)
def test_cut_loses_the_connection_in_the_middle_of_the_body(
    register: Client, source: str, ask: Ask
) -> None:
    register.fault(source, "cut", times=1)

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        ask(register)

    assert ask(register).status_code == 200


def test_a_cut_download_resumes_with_the_second_half(register: Client) -> None:
    register.fault("open_data", "cut", times=1)
    chunks: list[bytes] = []
    lost = pytest.raises(httpx.RemoteProtocolError)
    with register.http.stream("GET", FILE_PATH) as response, lost:
        chunks.extend(response.iter_raw())
    got = b"".join(chunks)

    rest = register.http.get(
        FILE_PATH, headers={"range": f"bytes={len(got)}-", "if-range": response.headers["etag"]}
    )

    assert len(got) == int(response.headers["content-length"]) // 2
    assert rest.status_code == 206
    assert len(unzipped(got + rest.content)) == 41


@pytest.mark.parametrize(("source", "ask"), SOURCES)
def test_timeout_never_answers(register: Client, source: str, ask: Ask) -> None:
    register.fault(source, "timeout", times=1)
    patient = register.http.timeout
    register.http.timeout = httpx.Timeout(PATIENCE, read=0.2)

    with pytest.raises(httpx.ReadTimeout):
        ask(register)

    register.http.timeout = patient
    assert ask(register).status_code == 200


@pytest.mark.parametrize(("source", "ask"), SOURCES)
def test_delay_answers_later(register: Client, source: str, ask: Ask) -> None:
    register.fault(source, "delay", seconds=AGES)
    patient = register.http.timeout
    register.http.timeout = httpx.Timeout(PATIENCE, read=0.1)

    with pytest.raises(httpx.ReadTimeout):
        ask(register)

    register.http.timeout = patient
    register.control("DELETE", "/faults")
    register.fault(source, "delay", seconds=0.1, times=1)
    assert ask(register).status_code == 200


def test_a_truncated_file_has_half_the_bytes_and_an_etag_of_its_own(register: Client) -> None:
    whole = ask_file(register)
    register.fault("open_data", "truncated_file")

    half = register.http.get(FILE_PATH, headers={"if-none-match": whole.headers["etag"]})

    assert half.content == whole.content[: len(whole.content) // 2]
    assert half.headers["etag"] != whole.headers["etag"]
    with pytest.raises(BadZipFile):
        unzipped(half.content)


@pytest.mark.parametrize(
    ("kind", "companies"),
    [
        pytest.param("short_file", 20, id="half-the-companies"),
        pytest.param("empty_answer", 0, id="none"),
    ],
)
def test_a_file_can_be_valid_and_lack_companies(
    register: Client, kind: str, companies: int
) -> None:
    whole = ask_file(register)
    register.fault("open_data", kind)

    short = ask_file(register)

    assert len(unzipped(short.content)) == companies
    assert short.headers["etag"] != whole.headers["etag"]


@pytest.mark.parametrize(("source", "ask"), SOAP_SOURCES)
def test_soap_fault(register: Client, source: str, ask: Ask) -> None:
    register.fault(source, "soap_fault")

    assert "<faultstring>Andmebaasi viga.</faultstring>" in ask(register).text


@pytest.mark.parametrize(("source", "ask"), SOAP_SOURCES)
def test_garbage_is_not_xml(register: Client, source: str, ask: Ask) -> None:
    register.fault(source, "garbage_xml")

    with pytest.raises(ET.ParseError):
        ET.fromstring(ask(register).content)


@pytest.mark.parametrize(("source", "ask"), SOAP_SOURCES)
def test_entity_attack_is_one(register: Client, source: str, ask: Ask) -> None:
    register.fault(source, "entity_attack")

    with pytest.raises(EntitiesForbidden):
        SafeElementTree.fromstring(ask(register).content)


@pytest.mark.parametrize(
    ("kind", "canary_answers"),
    [
        pytest.param("empty_answer", True, id="empty-answer-spares-the-canary"),
        pytest.param("wrong_contract", False, id="wrong-contract-silences-the-canary-too"),
    ],
)
def test_an_empty_answer_has_status_200(register: Client, kind: str, canary_answers: bool) -> None:
    register.fault("all", kind)

    answer = ask_company(register)

    assert answer.status_code == 200
    assert ET.fromstring(answer.content).findall(f".//{NS}ettevotjad/{NS}item") == []
    assert "<ns1:tulemuste_arv>0</ns1:tulemuste_arv>" in ask_changes(register).text
    assert bool(register.companies(**CANARY)) == canary_answers


def test_querying_the_canary_does_not_use_up_an_empty_answer(register: Client) -> None:
    register.fault("esindus", "empty_answer", times=1)

    assert len(register.companies(**CANARY)) == 1
    assert register.companies(ariregistri_kood="19000014") == []
    assert len(register.companies(ariregistri_kood="19000014")) == 1


def test_faults_are_replaced_and_removed(register: Client) -> None:
    register.control(
        "PUT",
        "/faults",
        [{"source": "esindus", "kind": "http_500"}, {"source": "open_data", "kind": "http_500"}],
    )
    assert {ask_file(register).status_code, ask_company(register).status_code} == {500}

    register.control("DELETE", "/faults")

    assert {ask_file(register).status_code, ask_company(register).status_code} == {200}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"source": "open_data", "kind": "soap_fault"}, id="not-a-fault-of-a-file"),
        pytest.param({"source": "esindus", "kind": "truncated_file"}, id="not-a-fault-of-soap"),
        pytest.param({"source": "esindus", "kind": "nonsense"}, id="unknown-kind"),
        pytest.param({"source": "nowhere", "kind": "delay"}, id="unknown-source"),
    ],
)
def test_an_unsupported_fault_is_refused(register: Client, fault: dict[str, str]) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        register.control("PUT", "/faults", fault)
