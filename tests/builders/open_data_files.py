"""The open-data file in its own shape, with invented people."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from zipfile import ZIP_DEFLATED, ZipFile

import httpx

from domain.identifiers import PersonKey
from domain.registry.bulk_file import BulkFile, BulkRow
from domain.registry.ports import RegisterFile
from domain.registry.register import Defect
from registry_sync.estonia.open_data import OpenDataFile
from tests.builders.people import MARI


def hash_of(person: PersonKey) -> str:
    """Return the version-5 UUID that the file has in place of a personal code."""
    return str(uuid5(NAMESPACE_OID, person.country + person.code))


def holder(**fields: Any) -> dict[str, Any]:
    """A natural person's row, with nulls and empty strings where the file has them."""
    row = {
        "kirje_id": 9869068, "kaardi_piirkond": 5, "kaardi_nr": 1, "kaardi_tyyp": "R",
        "kande_nr": 1, "isiku_tyyp": "F", "isiku_roll": "JUHL",
        "isiku_roll_tekstina": "Juhatuse liige", "eesnimi": "Mari", "nimi_arinimi": "Näidis",
        "isikukood_hash": hash_of(MARI), "isikukood_registrikood": None, "valis_kood": None,
        "valis_kood_riik": None, "valis_kood_riik_tekstina": None, "synniaeg": None,
        "osamaks": None, "volituste_loppemise_kpv": "", "aadress_riik": None,
        "aadress_ehak_tekstina": "", "algus_kpv": "25.11.2021", "lopp_kpv": None, "email": None,
    }  # fmt: skip
    return row | fields


def legal_person(**fields: Any) -> dict[str, Any]:
    """A legal person's row, which has no hash at all, not even a null one."""
    row = holder(isiku_tyyp="J", isiku_roll="ARP", eesnimi=None, nimi_arinimi="Näidis SE")
    del row["isikukood_hash"]
    return row | fields


def condition(**fields: Any) -> dict[str, Any]:
    row = {
        "kirje_id": 13719091, "kaardi_piirkond": 5, "kaardi_nr": 1, "kaardi_tyyp": "R",
        "kande_nr": 39, "esinduse_tyyp": "YHESJ", "esinduse_sisu": "Olemas esindusõiguse erisus",
        "algus_kpv": "08.05.2026", "lopp_kpv": None,
    }  # fmt: skip
    return row | fields


def record(
    *people: dict[str, Any], code: Any = 10000018, conditions: Iterable[dict[str, Any]] = ()
) -> dict[str, Any]:
    rule = "Osaühingut võib kõikide tehingute tegemisel esindada iga juhatuse liige."
    return {
        "ariregistri_kood": code,
        "nimi": 'Näidis "A{B" \\ {"OÜ',
        "kaardile_kantud_isikud": list(people),
        "esindusoiguse_normaalregulatsioonid": [{"roll": "JUHL", "sisu": rule}],
        "esindusoiguse_eritingimused": list(conditions),
        "hooneyhistu_liikmed": [],
    }


def text_of(*records: dict[str, Any], indent: int | None = 4) -> bytes:
    return json.dumps(records, ensure_ascii=False, indent=indent).encode()


def zipped(path: Path, text: bytes, *names: str) -> BulkFile:
    """``text`` as the one member of a zip, or as several."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name in names or ("ettevotja_rekvisiidid__kaardile_kantud_isikud.json",):
            archive.writestr(name, text)
    return BulkFile(str(path), '"1"', "", path.stat().st_size)


def read_file(file: BulkFile) -> tuple[list[BulkRow], list[Defect]]:
    """Return the companies of the file, and the records that were rejected."""
    source: RegisterFile = OpenDataFile(httpx.Client(), "http://open.test/f.zip", Path())
    rejected: list[Defect] = []
    return list(source.rows(file, rejected.append)), rejected
