"""The open-data file of persons on register cards, byte for byte in the real file's shape.

Pretty-printed with four spaces, as the real one must be: only then do 375,305 companies and
520,895 rows make the 1,010,404,841 bytes that were measured of it (compact, they make 0.6 GB).
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec

from simulators.register import words
from simulators.register.cards import CARD_NR, Company, Condition, Holder

FILE_NAME = "ettevotja_rekvisiidid__kaardile_kantud_isikud.json.zip"
_NAMESPACE = UUID("5b1ad6f6-0a43-4c5e-9d0e-6d1f9ee0f3c7")
"""UUID namespace of the person hashes: invented, since RIK's own is not published."""
_COMPANIES_AT_ONCE = 200
# 25 rows of the real file's 375,305 companies are there twice, word for word.
_TWICE_IN = 15_000

_CARD = ("kirje_id", "kaardi_piirkond", "kaardi_nr", "kaardi_tyyp", "kande_nr")
_PERSON: dict[str, Any] = dict.fromkeys(
    (
        *_CARD, "isiku_tyyp", "isiku_roll", "isiku_roll_tekstina", "eesnimi", "nimi_arinimi",
        "isikukood_hash", "isikukood_registrikood", "valis_kood", "valis_kood_riik",
        "valis_kood_riik_tekstina", "synniaeg", "osamaks", "osamaksu_valuuta",
        "osamaksu_valuuta_tekstina", "volituste_loppemise_kpv", "aadress_riik",
        "aadress_riik_tekstina", "aadress_ehak", "aadress_ehak_tekstina",
        "aadress_tanav_maja_korter", "aadress_postiindeks", "algus_kpv", "lopp_kpv", "email",
        "aadress_ads__adr_id", "aadress_ads__ads_oid",
        "aadress_ads__ads_normaliseeritud_taisaadress",
        "aadress_ads__ads_normaliseeritud_taisaadress_tapsustus", "aadress_ads__koodaadress",
        "aadress_ads__adob_id", "aadress_ads__tyyp",
    )
) | {"volituste_loppemise_kpv": "", "aadress_ehak_tekstina": ""}  # fmt: skip
_LEGAL_PERSON = {key: value for key, value in _PERSON.items() if key != "isikukood_hash"}


class Counts(NamedTuple):
    """Numbers of companies and rows that were written."""

    companies: int
    rows: int
    bytes_json: int


def write_open_data(
    path: Path, companies: Iterable[Company], progress: Callable[[int], None] | None = None
) -> Counts:
    """Write the zip of all ``companies`` that are not deleted; ``path`` appears when complete.

    Streams: memory does not grow with the number of companies. The same companies give the same
    bytes. ``progress`` is called with the number of companies done, every few hundred.
    """
    part = path.with_name(f"{path.name}.part")
    done = rows = size = 0
    with (
        ZipFile(part, "w", ZIP_DEFLATED, compresslevel=6) as archive,
        archive.open(FILE_NAME.removesuffix(".zip"), "w", force_zip64=True) as member,
    ):
        for batch in _batches(company for company in companies if company.status != "K"):
            records = [record(company) for company in batch]
            lines = msgspec.json.format(msgspec.json.encode(records), indent=4)[1:-2]
            size += member.write((b"," if done else b"[") + lines)
            done += len(records)
            rows += sum(len(each["kaardile_kantud_isikud"]) for each in records)
            if progress is not None:
                progress(done)
        size += member.write(b"\n]" if done else b"[]")
    part.replace(path)
    return Counts(done, rows, size)


def record(company: Company) -> dict[str, Any]:
    """Return one company as in the file: no personal codes, no texts of conditions."""
    rows = [_row(company, holder) for holder in company.holders]
    if rows and int(company.code[1:7]) % _TWICE_IN == 7:
        rows.append(rows[0])
    roles = dict.fromkeys(holder.role for holder in company.holders)
    rules = {role: words.normal_rule(company.form, role) for role in roles}
    return {
        "ariregistri_kood": int(company.code),
        "nimi": company.name,
        "kaardile_kantud_isikud": rows,
        "esindusoiguse_normaalregulatsioonid": [
            {"roll": role, "sisu": rule} for role, rule in rules.items() if rule is not None
        ],
        "esindusoiguse_eritingimused": [_condition(company, each) for each in company.conditions],
        "hooneyhistu_liikmed": [],
    }


def _card(company: Company, row: Holder | Condition) -> dict[str, Any]:
    place = (row.row_id, company.region, CARD_NR, company.card_kind, row.entry_nr)
    return dict(zip(_CARD, place, strict=True))


def _row(company: Company, holder: Holder) -> dict[str, Any]:
    person = holder.person
    shape = _PERSON if person.kind == "F" else _LEGAL_PERSON
    return {
        **shape,
        **_card(company, holder),
        "isiku_tyyp": person.kind,
        "isiku_roll": holder.role,
        "isiku_roll_tekstina": words.ROLES.get(holder.role, words.Text(holder.role, "")).est,
        "eesnimi": person.first_name or None,
        "nimi_arinimi": person.name,
        "algus_kpv": f"{holder.since:%d.%m.%Y}",
        **(_natural(holder) if person.kind == "F" else _legal(holder)),
        **_stake(holder),
        **_contacts(holder),
    }


def _natural(holder: Holder) -> dict[str, Any]:
    """Return a person as in the file: a hash instead of the code, and abroad a date of birth."""
    person = holder.person
    known: dict[str, Any] = {}
    if person.code:
        known["isikukood_hash"] = person_hash(person.country, person.code)
    if person.code and person.country != "EST":
        known["valis_kood_riik"] = person.country
        known["valis_kood_riik_tekstina"] = _country(person.country)
    if person.country != "EST" and person.born is not None:
        known["synniaeg"] = f"{person.born:%d.%m.%Y}"
    return known


def _legal(holder: Holder) -> dict[str, Any]:
    person = holder.person
    known: dict[str, Any] = {}
    if person.country == "EST":
        known["isikukood_registrikood"] = person.code
    else:
        known["valis_kood"] = person.code
        known["valis_kood_riik"] = person.country
        known["valis_kood_riik_tekstina"] = _country(person.country)
    return known


def _stake(holder: Holder) -> dict[str, Any]:
    """Return a limited partner's contribution; other holders have none on the card."""
    if holder.role != "UOSAN":
        return {}
    return {"osamaks": 2556.47, "osamaksu_valuuta": "EUR", "osamaksu_valuuta_tekstina": "euro"}


def _contacts(holder: Holder) -> dict[str, Any]:
    """Return addresses on 12 % of the rows and e-mail on 3 %, always the same ones."""
    person = holder.person
    lot = holder.row_id * 2_654_435_761 % 1_000
    known: dict[str, Any] = {}
    if person.country != "EST" and (person.kind == "J" or not person.code):
        known["aadress_riik"] = person.country or None
        known["aadress_riik_tekstina"] = _country(person.country)
        known["aadress_tanav_maja_korter"] = f"Näite tn {lot}"
    elif lot < 75:
        known["aadress_riik"], known["aadress_riik_tekstina"] = "EST", "Eesti"
        known["aadress_ehak"], known["aadress_ehak_tekstina"] = "0784", "Tallinn, Harju maakond"
        known["aadress_tanav_maja_korter"] = f"Näite tn {lot}"
        known["aadress_postiindeks"] = "10111"
    if lot >= 972:
        known["email"] = f"{holder.row_id}@naidis.example"
    return known


def person_hash(country: str, code: str) -> str:
    """Return a version-5 UUID, equal for one person in every company and every file."""
    return str(uuid5(_NAMESPACE, f"{country}{code}"))


def _country(code: str) -> str | None:
    return words.COUNTRIES[code].est if code in words.COUNTRIES else None


def _condition(company: Company, condition: Condition) -> dict[str, Any]:
    return {
        **_card(company, condition),
        "esinduse_tyyp": condition.kind,
        "esinduse_tyyp_tekstina": words.CONDITIONS.get(condition.kind, condition.kind),
        "esinduse_sisu": words.MASKED_CONDITION,
        "algus_kpv": f"{condition.since:%d.%m.%Y}",
        "lopp_kpv": None,
    }


def _batches(companies: Iterable[Company]) -> Iterator[list[Company]]:
    source = iter(companies)
    while batch := list(islice(source, _COMPANIES_AT_ONCE)):
        yield batch
