"""The floors under the full file: unzip, parse and COPY, with the product's parser, nothing else.

Left out is what the product adds: fingerprints, guards, the diff, keeping the result.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
from sqlalchemy.engine import make_url

from registry_sync.estonia import open_data_records

_BLOCK = 5000
_COLUMNS = "company text, kind text, role text, holder text"


def row_a_person(path: Path, url: str) -> int:
    """Stage the file in the plainest way, one row per holder and role; returns the row count."""
    return _staged(path, url, _persons)


def row_a_company(path: Path, url: str) -> int:
    """Stage the least of a parsed file, one row per company; returns the number of rows."""
    return _staged(path, url, lambda company: [f"{company.ariregistri_kood}\t\t\t\n"])


def _persons(company: Any) -> list[str]:
    code = company.ariregistri_kood
    return [
        f"{code}\t{p.isiku_tyyp}\t{p.isiku_roll}"
        f"\t{p.isikukood_hash or p.isikukood_registrikood or p.valis_kood or ''}\n"
        for p in company.kaardile_kantud_isikud
    ]


def _staged(path: Path, url: str, lines: Callable[[Any], list[str]]) -> int:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        cursor = connection.cursor()
        cursor.execute(f"CREATE TEMPORARY TABLE floor ({_COLUMNS})")
        with cursor.copy("COPY floor FROM STDIN") as copy:
            for block in _blocks(path, lines):
                copy.write("".join(block))
        return cursor.rowcount


def _blocks(path: Path, lines: Callable[[Any], list[str]]) -> Iterator[list[str]]:
    block: list[str] = []
    with ZipFile(path) as archive, archive.open(archive.namelist()[0]) as member:
        for company in open_data_records.companies(member):  # the product's own parser
            block += lines(company)
            if len(block) >= _BLOCK:
                yield block
                block = []
    yield block
