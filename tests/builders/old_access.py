"""Files that say who has access by an operator's old system, and what comparing them printed."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from domain.identifiers import PersonKey
from tests.builders.import_files import Row, csv_of, write
from tests.clients.cli_runner import CommandResult, Volitus

_EMPTY: Row = dict.fromkeys(("role", "permissions", "service_id", "number", "through_day"), "")


def old(who: PersonKey, reference: str, /, role: str = "administrator", **other: str) -> Row:
    """A good line: this person has this role on this account."""
    if "permissions" in other:
        role = ""
    line = {"person_code": who.code, "account_reference": reference}
    return line | _EMPTY | {"role": role} | other


def compared(volitus: Volitus, folder: Path, lines: Iterable[Row], *more: object) -> CommandResult:
    """Compare a file of these lines."""
    file = write(folder / "old.csv", csv_of(lines))
    return volitus("import", "grants", "--compare", file, "--json", *more)


def differences(result: CommandResult) -> dict[int | None, Mapping[str, Any]]:
    """The differences that were printed, by line; None: what only Volitus gives."""
    return {each["line"]: each for each in result.json["differences"]}


def codes(difference: Mapping[str, Any]) -> list[str]:
    """Codes of the reasons of a difference."""
    return [reason["code"] for reason in difference["reasons"]]
