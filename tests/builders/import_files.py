"""Files of accounts and services for the import, good lines and bad ones."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from simulators.register.codes import registry_code

PERSON = "60001019906"
COMPANY = "10000024"
ACCOUNT_COLUMNS = "id,reference,name,owner_kind,owner_country,owner_code,status"
SERVICE_COLUMNS = "id,account_id,kind,number,name,status"

Row = dict[str, str]


def account(number: int, /, **other: str) -> Row:
    """A good line of an account; each number is another account of another company."""
    return {
        "id": str(UUID(int=number)),
        "reference": f"K{number}",
        "name": f"Ettevõte {number}",
        "owner_kind": "company",
        "owner_country": "EE",
        "owner_code": registry_code(1_000_000 + number),
        "status": "active",
    } | other


def service(number: int, account: int, /, **other: str) -> Row:
    """A good line of a service; each number is another service."""
    return {
        "id": str(UUID(int=1_000_000 + number)),
        "account_id": str(UUID(int=account)),
        "kind": "mobile",
        "number": f"+3725{number:06}",
        "name": "",
        "status": "active",
    } | other


def csv_of(rows: Iterable[Row]) -> str:
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def ndjson_of(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
