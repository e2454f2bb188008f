"""``esindus_v2`` and the change list over real HTTP."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.clients.register_client import CREDENTIALS, NS, Client, fields, people, running, text
from tests.fixtures.patience import patience_ends

CODE = "19000014"
MARI = {"first_name": "Mari", "name": "Maasikas & Pojad", "code": "47101010033"}
JAAN = {"first_name": "Jaan", "name": "Tamm", "code": "38001085718"}


@pytest.fixture
def register(http_servers: None, tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path) as client:
        yield client


def test_a_company_has_the_registers_elements_in_its_order(register: Client) -> None:
    register.put(CODE, name="Ühine OÜ", holders=[MARI], legal_form="OÜ", status="R")

    item = register.company(CODE)

    assert [each.tag.removeprefix(NS) for each in item] == [
        "ariregistri_kood", "arinimi", "staatus", "staatus_tekstina", "isikud",
        "esindusoiguse_eritingimused", "esindusoiguse_grupid", "oiguslik_vorm",
        "oiguslik_vorm_tekstina",
    ]  # fmt: skip
    assert text(item, "staatus_tekstina") == "Registrisse kantud"
    assert list(people(item)[0].items()) == [
        ("fyysilise_isiku_eesnimi", "Mari"),
        ("fyysilise_isiku_perenimi", "Maasikas & Pojad"),
        ("fyysilise_isiku_kood", "47101010033"),
        ("isikukood_riik", "EST"),
        ("isikukoodi_riik_tekstina", "Eesti"),
        ("fyysilise_isiku_roll", "JUHL"),
        ("fyysilise_isiku_roll_tekstina", "Juhatuse liige"),
        ("ainuesindusoigus_olemas", "JAH"),
    ]


def test_texts_come_in_english_when_asked_for(register: Client) -> None:
    register.put(CODE, holders=[MARI])

    (item,) = register.companies(ariregistri_kood=CODE, keel="eng")

    assert text(item, "oiguslik_vorm_tekstina") == "Private limited company"


def test_groups_name_who_must_act_together(register: Client) -> None:
    both = [{**MARI, "sole": False}, {**JAAN, "sole": False}]
    register.put(CODE, holders=both, groups=[[MARI["code"], JAAN["code"]]], conditions="Koos.")

    item = register.company(CODE)

    (group,) = item.findall(f"{NS}esindusoiguse_grupid/{NS}grupp")
    members = [fields(each)["fyysilise_isiku_kood"] for each in group.findall(f"{NS}item")]
    assert text(group, "grupi_nr") == "1"
    assert members == [MARI["code"], JAAN["code"]]
    assert {each["ainuesindusoigus_olemas"] for each in people(item)} == {"EI"}
    (condition,) = item.findall(f"{NS}esindusoiguse_eritingimused/{NS}item/{NS}item")
    assert condition.text == "Koos."


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        pytest.param(
            {"kind": "J", "name": "Osanik OÜ", "code": "70000310", "role": "TOSAN"},
            {"fyysilise_isiku_perenimi": "Osanik OÜ", "fyysilise_isiku_kood": "70000310"},
            id="legal-person-has-its-code-in-the-persons-element",
        ),
        pytest.param(
            {"first_name": "Līga", "name": "Ozols", "code": "010180-12345", "country": "LVA"},
            {"isikukood_riik": "LVA", "isikukoodi_riik_tekstina": "Läti"},
            id="foreign-code-with-its-country",
        ),
        pytest.param(
            {"first_name": "Hans", "name": "Müller", "country": "DEU", "born": "1970-01-02"},
            {"fyysilise_isiku_synniaeg": "1970-01-02Z"},
            id="no-code-but-a-date-of-birth",
        ),
    ],
)
def test_other_holders(register: Client, holder: dict[str, Any], expected: dict[str, str]) -> None:
    register.put(CODE, holders=[holder])

    (person,) = people(register.company(CODE))

    assert expected.items() <= person.items()
    assert ("fyysilise_isiku_kood" in person) == bool(holder.get("code"))


def test_a_query_by_person_returns_every_company_in_full(register: Client) -> None:
    invented = register.control("GET", "/companies?limit=40")
    known = next(
        h for c in invented for h in c["holders"] if h["country"] == "EST" and h["kind"] == "F"
    )
    register.put("19000037", holders=[MARI, {**JAAN, "role": "PROK"}])
    register.put("19000020", holders=[JAAN, {**known, "since": None}])

    of_jaan = register.companies(
        fyysilise_isiku_kood=JAAN["code"], fyysilise_isiku_koodi_riik="EST"
    )
    of_known = register.companies(fyysilise_isiku_kood=known["code"])

    assert [text(item, "ariregistri_kood") for item in of_jaan] == ["19000020", "19000037"]
    assert len(people(of_jaan[1])) == 2
    expected = {c["code"] for c in invented if known["code"] in {h["code"] for h in c["holders"]}}
    assert {text(item, "ariregistri_kood") for item in of_known} == expected | {"19000020"}


@pytest.mark.parametrize(
    "question",
    [
        pytest.param({"ariregistri_kood": "17654326"}, id="unknown-company"),
        pytest.param({"ariregistri_kood": "x"}, id="no-code-at-all"),
        pytest.param({"fyysilise_isiku_kood": MARI["code"]}, id="nobodys-holder"),
        pytest.param(
            {"fyysilise_isiku_kood": "38001085718", "fyysilise_isiku_koodi_riik": "LTU"},
            id="same-code-of-another-country",
        ),
    ],
)
def test_an_unknown_person_or_company_gives_an_empty_answer(
    register: Client, question: dict[str, str]
) -> None:
    register.put(CODE, holders=[JAAN])

    assert register.companies(**question) == []


def test_a_deleted_company_has_no_holders_and_is_not_in_the_file(register: Client) -> None:
    register.put(CODE, holders=[JAAN])
    register.put(CODE, status="K")

    item = register.company(CODE)

    assert (text(item, "staatus"), people(item)) == ("K", [])
    assert CODE not in register.records()
    assert register.companies(fyysilise_isiku_kood=JAAN["code"]) == []


def test_the_canary_answers(register: Client) -> None:
    item = register.company("70000310")

    assert (text(item, "oiguslik_vorm"), text(item, "staatus")) == ("TRAS", "R")
    assert [each["fyysilise_isiku_roll"] for each in people(item)] == ["ASES", "KOAS"]


def test_every_answer_echoes_the_password(register: Client) -> None:
    response = register.soap("esindus_v2", {"ariregistri_kood": "70000310"})

    assert (
        "<ns1:ariregister_parool>salajane &lt;&amp;&gt;</ns1:ariregister_parool>" in response.text
    )


@pytest.mark.parametrize(
    ("operation", "question", "told"),
    [
        pytest.param("esindus_v2", {"keel": "est"}, "palun sisestage", id="no-key"),
        pytest.param(
            "esindus_v2", {"ariregister_parool": "vale"}, "Incorrect user name", id="wrong-password"
        ),
        pytest.param(
            "esindus_v2", {"ariregister_kasutajanimi": "x"}, "Incorrect user name", id="wrong-user"
        ),
        pytest.param(
            "ettevotjaMuudatusedTasuline_v1", {"kuupaev": "eile"}, "kuupaev", id="not-a-day"
        ),
        pytest.param("detailandmed_v2", {}, "Tundmatu", id="operation-not-simulated"),
    ],
)
def test_an_unanswerable_query_is_a_soap_fault(
    register: Client, operation: str, question: dict[str, str], told: str
) -> None:
    response = register.soap(operation, question)

    assert response.status_code == 500
    assert "<SOAP-ENV:Fault><faultcode>SOAP-ENV:Server</faultcode>" in response.text
    assert told in response.text
    assert CREDENTIALS["ariregister_parool"] not in response.text


@pytest.mark.parametrize(
    "body", [b"", b"<a>", b"<a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
)
def test_an_invalid_query_is_a_soap_fault(register: Client, body: bytes) -> None:
    response = register.http.post("/", content=body)

    assert (response.status_code, "SOAP-ENV:Fault" in response.text) == (500, True)


@pytest.mark.usefixtures("http_servers")
@pytest.mark.parametrize("one_at_a_time", [True, False])
def test_simultaneous_queries_are_counted_and_refused_if_set_so(
    tmp_path: Path, one_at_a_time: bool
) -> None:
    with running(tmp_path, one_at_a_time=one_at_a_time) as register:
        register.fault("esindus", "delay", seconds=600)
        question = {"ariregistri_kood": "70000310"}

        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(register.soap, "esindus_v2", question) for _ in range(4)]
            ends = patience_ends()
            while register.control("GET", "/stats")["queries"] != {"esindus_v2": 4}:
                assert time.monotonic() < ends
            register.control("DELETE", "/faults")
            answers = [each.result() for each in asking]

        stats = register.control("GET", "/stats")
        refused = [each for each in answers if each.status_code == 500]
        assert stats["queries"] == {"esindus_v2": 4}
        assert stats["refused"] == len(refused)
        assert stats["at_once"] > 1
        assert bool(refused) == one_at_a_time
