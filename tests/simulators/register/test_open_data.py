import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from simulators.register.cards import Company, Condition, Holder
from simulators.register.files import write_day
from simulators.register.open_data import FILE_NAME, record, write_open_data
from simulators.register.people import Person
from simulators.register.world import World

MARI = Person("F", "Mari", "Näidis", "47101010033", "EST", date(1971, 1, 1))
KEYS = [
    "kirje_id", "kaardi_piirkond", "kaardi_nr", "kaardi_tyyp", "kande_nr", "isiku_tyyp",
    "isiku_roll", "isiku_roll_tekstina", "eesnimi", "nimi_arinimi", "isikukood_hash",
    "isikukood_registrikood", "valis_kood", "valis_kood_riik", "valis_kood_riik_tekstina",
    "synniaeg", "osamaks", "osamaksu_valuuta", "osamaksu_valuuta_tekstina",
    "volituste_loppemise_kpv", "aadress_riik", "aadress_riik_tekstina", "aadress_ehak",
    "aadress_ehak_tekstina", "aadress_tanav_maja_korter", "aadress_postiindeks", "algus_kpv",
    "lopp_kpv", "email", "aadress_ads__adr_id", "aadress_ads__ads_oid",
    "aadress_ads__ads_normaliseeritud_taisaadress",
    "aadress_ads__ads_normaliseeritud_taisaadress_tapsustus", "aadress_ads__koodaadress",
    "aadress_ads__adob_id", "aadress_ads__tyyp",
]  # fmt: skip


def company(*people: Person, role: str = "JUHL") -> Company:
    since = date(2021, 11, 25)
    holders = tuple(Holder(i, 1, p, role, alone=True, since=since) for i, p in enumerate(people, 2))
    return Company("10000018", "Näidis OÜ", "OÜ", "R", 5, "R", 1, holders)


def test_a_natural_person_has_every_key_in_order_and_no_code() -> None:
    (row,) = record(company(MARI))["kaardile_kantud_isikud"]

    assert list(row) == KEYS
    assert UUID(row["isikukood_hash"]).version == 5
    assert row["isikukood_registrikood"] is None
    assert (row["volituste_loppemise_kpv"], row["aadress_ehak_tekstina"]) == ("", "")
    assert (row["algus_kpv"], row["lopp_kpv"], row["email"]) == ("25.11.2021", None, None)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        pytest.param(
            Person("J", "", "Osanik OÜ", "10000018", "EST"),
            {"isikukood_registrikood": "10000018", "valis_kood": None, "eesnimi": None},
            id="estonian-company-by-its-code",
        ),
        pytest.param(
            Person("J", "", "Nasdaq CSD SE", "40003242879", "LVA"),
            {"valis_kood": "40003242879", "valis_kood_riik": "LVA", "isikukood_registrikood": None},
            id="foreign-company-by-its-foreign-code",
        ),
    ],
)
def test_a_legal_person_has_no_hash_at_all(person: Person, expected: dict[str, str | None]) -> None:
    (row,) = record(company(person))["kaardile_kantud_isikud"]

    assert list(row) == [key for key in KEYS if key != "isikukood_hash"]
    assert expected.items() <= row.items()


def test_someone_without_a_code_has_a_date_of_birth_and_no_hash() -> None:
    nameless = Person("F", "Hans", "Müller", "", "DEU", date(1970, 1, 2))

    (row,) = record(company(nameless))["kaardile_kantud_isikud"]

    assert (row["isikukood_hash"], row["synniaeg"]) == (None, "02.01.1970")


def test_a_new_surname_keeps_the_hash() -> None:
    rows = record(company(MARI, replace(MARI, name="Uus")))["kaardile_kantud_isikud"]

    assert rows[0]["isikukood_hash"] == rows[1]["isikukood_hash"]


def test_conditions_are_masked_beside_the_normal_rule() -> None:
    bent = replace(
        company(MARI),
        conditions=(Condition(9, 3, "YHESJ", "Salajane tekst.", date(2026, 5, 8)),),
    )

    (condition,) = record(bent)["esindusoiguse_eritingimused"]
    (rule,) = record(bent)["esindusoiguse_normaalregulatsioonid"]

    assert condition["esinduse_tyyp"] == "YHESJ"
    assert condition["esinduse_sisu"] == "Olemas esindusõiguse erisus"
    assert rule["roll"] == "JUHL"
    assert "iga juhatuse liige" in rule["sisu"]


def test_the_file_is_one_array_without_codes_and_deleted_companies(tmp_path: Path) -> None:
    world = World(300, 1)
    companies = list(world.companies())
    companies[5] = replace(companies[5], status="K", holders=())

    counts = write_open_data(tmp_path / "file.zip", companies)

    with zipfile.ZipFile(tmp_path / "file.zip") as archive:
        text = archive.read(FILE_NAME.removesuffix(".zip")).decode()
    written = json.loads(text)
    codes = [str(each["ariregistri_kood"]) for each in written]
    personal = [
        holder.person.code
        for each in companies
        for holder in each.holders
        if holder.person.kind == "F" and holder.person.code
    ]
    assert codes == [each.code for each in companies if each.status != "K"]
    assert not [code for code in personal if code in text]
    assert counts == (
        299,
        sum(len(r["kaardile_kantud_isikud"]) for r in written),
        len(text.encode()),
    )
    # Byte for byte as json.dumps(indent=4) writes it: the real file's size proves that.
    assert text == json.dumps(written, indent=4, ensure_ascii=False)


def test_now_and_then_a_row_is_there_twice(tmp_path: Path) -> None:
    counts = write_open_data(tmp_path / "file.zip", World(300, 1).companies())

    assert counts.rows == 1 + sum(len(c.holders) for c in World(300, 1).companies())


def test_the_same_day_is_the_same_bytes_and_the_next_day_is_not(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []

    first = write_day(
        tmp_path / "a.zip", 500, 1, progress=lambda done, total: heard.append((done, total))
    )
    again = write_day(tmp_path / "b.zip", 500, 1)
    later = write_day(tmp_path, 500, 1, day=1)

    assert (first.companies, heard[-1]) == (500, (500, 500))
    assert first.path.read_bytes() == again.path.read_bytes()
    assert later.path == tmp_path / FILE_NAME
    assert later.path.read_bytes() != first.path.read_bytes()


def test_a_company_weighs_what_it_weighs_in_the_real_file(tmp_path: Path) -> None:
    written = write_day(tmp_path, 3_000, 1)

    assert written.bytes_json / written.companies == pytest.approx(2_692, rel=0.03)
