"""Changing the world: the three sources always tell the same."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from simulators.register.simulation import OtherWorld
from tests.clients.register_client import Client, people, running, text

CODE = "19000014"
MARI = {"first_name": "Mari", "name": "Maasikas", "code": "47101010033"}
JAAN = {"first_name": "Jaan", "name": "Tamm", "code": "38001085718"}


@pytest.fixture
def register(http_servers: None, tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path) as client:
        yield client


def today(register: Client) -> str:
    day: str = register.control("GET", "/clock")["today"]
    return day


def test_a_new_company_is_in_all_three_sources(register: Client) -> None:
    register.put(CODE, name="Uus OÜ", holders=[MARI])

    (row,) = register.records()[CODE]["kaardile_kantud_isikud"]
    assert (row["nimi_arinimi"], row["kande_nr"]) == ("Maasikas", 1)
    assert [each["fyysilise_isiku_kood"] for each in people(register.company(CODE))] == [
        MARI["code"]
    ]
    assert register.changed(today(register)) == {CODE: ["1"]}


def test_a_removed_holder_is_gone_from_all_three_sources(register: Client) -> None:
    register.put(CODE, holders=[MARI, JAAN])

    register.control("DELETE", f"/companies/{CODE}/holders", {"code": MARI["code"]})

    (row,) = register.records()[CODE]["kaardile_kantud_isikud"]
    assert row["nimi_arinimi"] == "Tamm"
    assert len(people(register.company(CODE))) == 1
    assert register.companies(fyysilise_isiku_kood=MARI["code"]) == []
    assert register.changed(today(register)) == {CODE: ["1", "2"]}


def test_a_new_surname_opens_a_new_row_of_the_same_person(register: Client) -> None:
    since = {"since": "2020-02-03"}
    register.put(CODE, holders=[MARI | since, JAAN])
    (before, other) = register.records()[CODE]["kaardile_kantud_isikud"]

    register.put(CODE, holders=[{**MARI, "name": "Vaarikas"}, JAAN])

    after, same = register.records()[CODE]["kaardile_kantud_isikud"]
    assert same == other
    assert after["kirje_id"] != before["kirje_id"]
    assert after["isikukood_hash"] == before["isikukood_hash"]
    assert (after["nimi_arinimi"], after["algus_kpv"]) == ("Vaarikas", "03.02.2020")


def test_the_same_request_twice_changes_nothing(register: Client) -> None:
    form = {"holders": [MARI, JAAN], "groups": [[MARI["code"], JAAN["code"]]], "status": "R"}
    first = register.put(CODE, **form)

    assert register.put(CODE, **form) == first
    assert register.changed(today(register)) == {CODE: ["1"]}


def test_omitted_fields_stay_unchanged(register: Client) -> None:
    register.put(CODE, name="Uus OÜ", holders=[MARI], conditions="Põhikirja järgi.")

    after = register.put(CODE, status="L")

    assert (after["status"], after["name"]) == ("L", "Uus OÜ")
    assert (after["holders"][0]["name"], after["conditions"]) == ("Maasikas", "Põhikirja järgi.")


def test_opaque_conditions_have_a_text_and_no_groups(register: Client) -> None:
    register.put(CODE, holders=[{**MARI, "sole": False}, JAAN], conditions="Põhikirja järgi.")

    item = register.company(CODE)
    (condition,) = register.records()[CODE]["esindusoiguse_eritingimused"]
    assert [each["ainuesindusoigus_olemas"] for each in people(item)] == ["EI", "JAH"]
    assert condition["esinduse_tyyp"] == "YHESJ"


@pytest.mark.parametrize(
    ("code", "form"),
    [
        pytest.param("19000015", {}, id="registry-code-with-a-wrong-check-digit"),
        pytest.param(CODE, {"holders": [{**MARI, "code": "47101010034"}]}, id="wrong-isikukood"),
        pytest.param(
            CODE, {"holders": [MARI], "groups": [[JAAN["code"]]]}, id="group-of-strangers"
        ),
        pytest.param(CODE, {"holder": []}, id="misspelt-field"),
    ],
)
def test_an_impossible_company_is_refused(
    register: Client, code: str, form: dict[str, object]
) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        register.put(code, **form)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        pytest.param("GET", "/companies/17654326", None, id="unknown-company"),
        pytest.param("GET", "/companies/x", None, id="not-a-code"),
        pytest.param("DELETE", "/companies/70000310/holders", {"code": "1"}, id="not-a-holder"),
    ],
)
def test_an_unknown_company_is_not_found(
    register: Client, method: str, path: str, body: dict[str, str] | None
) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        register.control(method, path, body)


def test_companies_are_listed_page_by_page_and_put_many_at_once(register: Client) -> None:
    register.control("POST", "/companies", [{"code": CODE, "holders": [MARI]}])
    first = register.control("GET", "/companies?limit=25")
    rest = register.control("GET", "/companies?limit=100&offset=25")
    last = register.control("GET", "/companies?limit=100&offset=40")

    codes = [each["code"] for each in first + rest]

    assert codes == list(register.records())
    assert [each["code"] for each in last] == [CODE]


def test_a_days_changes_are_the_same_in_all_three_sources(register: Client) -> None:
    before = register.records()

    news = register.control("POST", "/next-day", {"seed": 7, "share": 0.4})

    after = register.records()
    changed = {each["code"] for each in news}
    changed_codes = register.changed(today(register))
    assert set(changed_codes) == changed
    assert {code for code in before | after if before.get(code) != after.get(code)} == changed
    for code, record in after.items():
        rows = {row["nimi_arinimi"] for row in record["kaardile_kantud_isikud"]}
        persons = people(register.company(code))
        assert {each["fyysilise_isiku_perenimi"] for each in persons} == rows
    for code in before.keys() - after.keys():
        assert text(register.company(code), "staatus") == "K"


def test_changes_are_journaled_under_the_day_of_the_clock(register: Client) -> None:
    register.put(CODE, holders=[MARI])
    first = today(register)
    register.control("POST", "/clock", {"days": 1})
    register.put(CODE, holders=[JAAN])
    second = today(register)

    assert first != second
    assert register.changed(first) == {CODE: ["1"]}
    assert register.changed(second) == {CODE: ["2"]}


@pytest.mark.usefixtures("http_servers")
def test_a_restart_continues_the_world(tmp_path: Path) -> None:
    with running(tmp_path) as register:
        register.control("POST", "/clock", {"days": 3})
        register.control("POST", "/next-day", {"seed": 7, "share": 0.4})
        register.put(CODE, holders=[MARI, JAAN], groups=[[MARI["code"], JAAN["code"]]])
        before = (register.records(), register.control("GET", f"/companies/{CODE}"))
        changed_codes = register.changed(today(register))

    with running(tmp_path) as register:
        after = (register.records(), register.control("GET", f"/companies/{CODE}"))

        assert after == before
        assert register.changed(today(register)) == changed_codes
        new = register.put(CODE, holders=[{**JAAN, "name": "Uus"}])
        assert new["entry_nr"] == 2
        rows = [row for r in register.records().values() for row in r["kaardile_kantud_isikud"]]
        ids = [(row["kirje_id"], row["nimi_arinimi"]) for row in rows]
        assert len({row_id for row_id, _ in ids}) == len(set(ids))


@pytest.mark.usefixtures("http_servers")
def test_a_folder_of_another_world_is_not_taken_over(tmp_path: Path) -> None:
    with running(tmp_path, companies=40):
        pass

    with pytest.raises(OtherWorld, match="keeps a world of 40"), running(tmp_path, companies=41):
        pass


def test_the_control_api_is_documented(register: Client) -> None:
    paths = register.http.get("/_control/openapi.json").json()["paths"]

    assert {"/_control/companies/{code}", "/_control/faults", "/_control/clock"} <= set(paths)
    assert "wrong_contract" in paths["/_control/faults"]["put"]["description"]
