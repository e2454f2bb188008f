"""Reading line by line: a file is read only as far as its records are consumed."""

import io
from collections.abc import Iterator
from itertools import islice

from cli.imports.record_reader import Format, read_lines
from tests.builders.import_files import ACCOUNT_COLUMNS, account, csv_of

COLUMNS = ACCOUNT_COLUMNS.split(",")


class _Endless(io.RawIOBase):
    """A file that never ends, and counts how much of it was read."""

    def __init__(self) -> None:
        self.given = 0
        self._lines = self._endless()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # what it is given
        line = next(self._lines)
        buffer[: len(line)] = line
        self.given += len(line)
        return len(line)

    @staticmethod
    def _endless() -> Iterator[bytes]:
        head, line = csv_of([account(1)]).encode().splitlines(keepends=True)
        yield head
        while True:
            yield line


def test_no_more_is_read_than_is_consumed() -> None:
    endless = _Endless()
    lines = read_lines(io.BufferedReader(endless), Format.CSV, COLUMNS)

    number, values = next(islice(lines, 9_999, None))

    assert (number, values) == (10_001, account(1))
    assert endless.given < 10_100 * len(csv_of([account(1)]))


def test_line_numbers_are_those_of_an_editor() -> None:
    head, line = csv_of([account(1)]).splitlines()
    text = f"{head}\n\n\n{line}\nshort\n{line}"

    lines = read_lines(io.BytesIO(text.encode()), Format.CSV, COLUMNS)

    assert [number for number, _ in lines] == [4, 5, 6]
