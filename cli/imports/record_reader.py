"""Files of records, one record a line: CSV with a header, or NDJSON.

Streamed, and each line stands alone: a line that cannot be read does not affect the next one, and
memory does not grow with the file. The error of a bad line never contains its content.
"""

import csv
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import count
from typing import BinaryIO

from domain.visible_text import is_visible

LONGEST = 64 * 1024
"""Most bytes of a line; a longer one is rejected."""


class Format(StrEnum):
    """Format of a file of records."""

    CSV = "csv"
    NDJSON = "ndjson"


class BadLine(Exception):
    """A line that cannot be imported: a stable code, and a text that never repeats the line."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class WrongHeader(Exception):
    """The first line of a CSV file does not name the columns."""


Values = dict[str, str]
"""A record's columns; those that are empty, null or missing are left out."""


def read_lines(
    stream: BinaryIO,
    form: Format,
    columns: Sequence[str],
    optional: Sequence[str] = (),
    objects: Sequence[str] = (),
) -> Iterator[tuple[int, Values | BadLine]]:
    """Yield each record with its line number, from 1, skipping blank lines. Raises WrongHeader.

    A CSV file may leave out the ``optional`` columns. In NDJSON ``objects`` are JSON objects; they
    are yielded as text.
    """
    lines = _raw_lines(stream)
    csv_ = form is Format.CSV
    parse = _csv_parser(lines, columns, optional) if csv_ else _json_parser(columns)
    for number, raw in lines:
        if not raw.strip():
            continue
        try:
            yield number, _clean(parse(_text(raw)), objects)
        except BadLine as bad:
            yield number, bad


def _raw_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for number in count(1):
        raw = stream.readline(LONGEST + 1)
        if not raw:
            return
        rest = raw
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST + 1)
        yield number, raw.removeprefix(BOM_UTF8) if number == 1 else raw


def _text(raw: bytes) -> str:
    if len(raw) > LONGEST:
        raise BadLine("line_too_long", f"more than {LONGEST} bytes")
    try:
        return raw.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise BadLine("unreadable_text", "not UTF-8") from None


def _csv_parser(
    lines: Iterator[tuple[int, bytes]], columns: Sequence[str], optional: Sequence[str]
) -> Callable[[str], dict[str, object]]:
    header = _header(lines, columns, optional)

    def parse(line: str) -> dict[str, object]:
        cells = _cells(line)
        if len(cells) != len(header):
            raise BadLine("wrong_column_count", f"{len(cells)} instead of {len(header)}")
        return dict(zip(header, cells, strict=True))

    return parse


def _header(
    lines: Iterator[tuple[int, bytes]], columns: Sequence[str], optional: Sequence[str]
) -> list[str]:
    try:
        header = [cell.strip() for cell in _cells(_text(next(lines, (1, b""))[1]))]
    except BadLine:
        header = []
    needed = [name for name in columns if name in header or name not in optional]
    if sorted(header) == sorted(needed):
        return header
    # Never repeats the line: without a header it is a person's record.
    missing = [name for name in needed if name not in header]
    unknown = [str(at) for at, name in enumerate(header, 1) if name not in columns]
    raise WrongHeader(
        f"the first line must name the columns {','.join(columns)} (commas between, any order)"
        + (f"; missing: {', '.join(missing)}" if missing else "; each once")
        + (f"; not known: column {', '.join(unknown)}" if unknown else "")
    )


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        raise BadLine("bad_csv", "not one CSV record on one line") from None


def _json_parser(columns: Sequence[str]) -> Callable[[str], dict[str, object]]:
    def parse(line: str) -> dict[str, object]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise BadLine("bad_json", "not one JSON object on one line") from None
        if not isinstance(record, dict):
            raise BadLine("bad_json", "not an object")
        if not record.keys() <= set(columns):
            raise BadLine("unknown_column", f"known are {', '.join(columns)}")
        return record

    return parse


def _clean(record: dict[str, object], objects: Sequence[str]) -> Values:
    values: Values = {}
    for name, given in record.items():
        is_object = name in objects and isinstance(given, dict)
        value = json.dumps(given, ensure_ascii=False) if is_object else given
        if value is not None and not isinstance(value, str):
            raise BadLine("invalid_value", f"{name}: must be text")
        if text := (value or "").strip():
            values[name] = text
            if not is_visible(text):  # PostgreSQL refuses some, terminals obey others
                raise BadLine("unreadable_text", f"{name}: a control character")
    return values
