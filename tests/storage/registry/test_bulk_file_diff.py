"""Comparing a register's file with the last one: all or nothing, and never on too little."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from domain.accounts import AccountStatus
from domain.audit import Actor, ActorKind
from domain.identifiers import CompanyKey
from domain.registry.bulk_file import BulkFile, BulkRow, Compared, FileLimits, FileRefusedError
from domain.registry.register import Defect, RegisterUnknown
from domain.registry.sync import SyncSource
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.database import Database, now
from storage.registry import bulk_file_diff, sync_runs
from tests.builders.rows import rows

Item = BulkRow | Defect | RegisterUnknown


class TestFile:
    """A register whose file is written in the test."""

    __test__ = False
    name = "test-file"
    country = "EE"

    def __init__(self, content: Iterable[Item]) -> None:
        self._content = content

    def fetch(
        self, known_version: str | None, progress: Callable[[int, int | None], None]
    ) -> BulkFile | None:
        raise NotImplementedError

    def rows(self, _file: BulkFile, reject: Callable[[Defect], None]) -> Iterator[BulkRow]:
        for item in self._content:
            match item:
                case BulkRow():
                    yield item
                case Defect():
                    reject(item)
                case RegisterUnknown():
                    raise item


def row(code: int, version: int = 1) -> BulkRow:
    return BulkRow(str(code), f"{version:032x}")


def companies(number: int, version: int = 1) -> list[Item]:
    return [row(code, version) for code in range(10_000_000, 10_000_000 + number)]


class Reader:
    """Reads one file after the other into one database."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._path = folder / "file"
        self._path.touch()

    def read(self, content: Iterable[Item]) -> Compared:
        return self.read_as(uuid4().hex, content)

    def read_as(
        self, subject: str, content: Iterable[Item], limits: FileLimits | None = None
    ) -> Compared:
        file = BulkFile(str(self._path), "1", "0" * 64, 0)
        with self._database.transaction() as session:
            run_id, _ = sync_runs.open_run(session, SyncSource.FILE, subject)
        return bulk_file_diff.compare(
            self._database,
            run_id,
            TestFile(content),
            file,
            limits=limits or FileLimits(0.95),
            progress=lambda _: None,
        )

    def is_gone(self, code: str, *, known_at: datetime) -> bool:
        with self._database.transaction() as session:
            return bulk_file_diff.is_gone(session, TestFile.name, code, known_at=known_at)

    def kept(self) -> dict[str, UUID]:
        with self._database.reading() as connection:
            found = connection.execute(
                text("SELECT code, fingerprint FROM bulk_company WHERE vanished_at IS NULL")
            )
            return {each.code: each.fingerprint for each in found}


@pytest.fixture
def reader(database: Database, tmp_path: Path) -> Reader:
    return Reader(database, tmp_path)


def test_the_next_file_is_compared_with_the_last(reader: Reader) -> None:
    reader.read(companies(100))

    compared = reader.read([row(10_000_000, 2), *companies(98)[2:], row(20_000_000)])

    assert compared == Compared(
        companies=98, appeared=1, changed=1, vanished=3, to_query=0, rejected=0
    )
    assert reader.read([row(10_000_000, 2), *companies(98)[2:], row(20_000_000)]) == Compared(
        companies=98, appeared=0, changed=0, vanished=0, to_query=0, rejected=0
    )


def test_a_comparison_whose_answer_was_lost_is_not_made_again(
    reader: Reader, database: Database
) -> None:
    reader.read(companies(100))
    content = [
        row(10_000_000, 2),
        *companies(98)[2:],
        row(20_000_000),
        Defect("1", "unreadable", ""),
    ]

    first, again = [reader.read_as("lost", content) for _ in range(2)]

    assert again == first
    (run,) = rows(database, "SELECT counts FROM sync_run WHERE subject = 'lost'")
    assert (run.counts["appeared"], run.counts["changed"], run.counts["vanished"]) == (1, 1, 3)
    (kept,) = rows(database, "SELECT occurrences FROM rejected_record")
    assert kept.occurrences == 1


def test_only_companies_that_matter_here_are_to_be_queried_about(
    reader: Reader, database: Database
) -> None:
    facts = [
        AccountFacts(uuid4(), f"R{code}", "", CompanyKey("EE", code), status)
        for code, status in zip(("10000018", "10000024"), AccountStatus, strict=True)
    ]
    with database.transaction() as session:
        put_accounts(session, facts, actor=Actor(ActorKind.SYSTEM, "tests"))

    assert reader.read(companies(100)).to_query == 1


@pytest.mark.parametrize(
    ("left", "refused"),
    [
        pytest.param(95, False, id="ninety-five-percent-are-enough"),
        pytest.param(94, True, id="less-is-refused"),
        pytest.param(0, True, id="none-at-all"),
    ],
)
def test_a_file_that_lost_many_companies(reader: Reader, left: int, refused: bool) -> None:
    reader.read(companies(100))

    if refused:
        with pytest.raises(FileRefusedError) as caught:
            reader.read(companies(left))
        assert caught.value.code == "file_too_short"
    else:
        reader.read(companies(left))

    assert len(reader.kept()) == (100 if refused else left)


def test_a_file_that_turns_out_to_be_damaged_leaves_nothing_behind(reader: Reader) -> None:
    reader.read(companies(10))
    before = reader.kept()

    with pytest.raises(RegisterUnknown):
        reader.read([*companies(10, version=2), RegisterUnknown("file_damaged")])

    assert reader.kept() == before


def test_a_company_whose_record_is_bad_has_not_vanished(reader: Reader) -> None:
    reader.read(companies(50))

    compared = reader.read([Defect("10000000", "record_unreadable", ""), *companies(50)[1:]])

    assert (compared.vanished, compared.rejected) == (0, 1)
    assert "10000000" in reader.kept()


def test_a_company_that_is_there_twice_counts_as_one(reader: Reader) -> None:
    reader.read(companies(50))

    compared = reader.read([*companies(50), row(10_000_000, 1)])

    assert (compared.appeared, compared.changed) == (0, 0)
    assert len(reader.kept()) == 50


def test_a_file_that_is_gone_is_refused(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "file").unlink()

    with pytest.raises(FileRefusedError) as caught:
        reader.read(companies(1))

    assert caught.value.code == "file_missing"


LAST, UNREADABLE = "10000049", "record_unreadable"


@pytest.mark.parametrize(
    ("files", "gone"),
    [
        pytest.param([companies(50), companies(49)], True, id="named-then-missing"),
        pytest.param([companies(50), companies(49), companies(49)], True, id="missing-still"),
        pytest.param([companies(50), companies(49), companies(50)], False, id="named-again"),
        pytest.param([companies(50)], False, id="named"),
        pytest.param([companies(49), companies(49)], False, id="never-named"),
        pytest.param(
            [[*companies(49), Defect(LAST, UNREADABLE, "")]], False, id="unreadable-in-the-first"
        ),
        pytest.param(
            [companies(50), [*companies(49), Defect(LAST, UNREADABLE, "")]],
            False,
            id="unreadable-in-the-second",
        ),
        pytest.param(
            [companies(50), companies(49), [*companies(49), Defect(LAST, UNREADABLE, "")]],
            False,
            id="missing-then-unreadable",
        ),
        pytest.param(
            [companies(50), [*companies(49), Defect("record 50", "registry_code_invalid", "")]],
            False,
            id="a-record-that-could-be-anyones",
        ),
        pytest.param(
            [companies(50), [*companies(49), Defect("10000007", UNREADABLE, "")]],
            True,
            id="another-one-unreadable",
        ),
        pytest.param([], False, id="no-file"),
    ],
)
def test_fault_2_only_a_file_that_could_have_named_a_company_witnesses_its_end(
    reader: Reader, database: Database, files: list[list[Item]], gone: bool
) -> None:
    with database.reading() as connection:
        known_at = now(connection)

    for file in files:
        reader.read(file)

    assert reader.is_gone(LAST, known_at=known_at) is gone


def test_fault_2_a_file_older_than_the_registers_own_word_witnesses_nothing(
    reader: Reader, database: Database
) -> None:
    reader.read(companies(50))
    reader.read(companies(49))
    with database.reading() as connection:
        known_at = now(connection)

    before = reader.is_gone(LAST, known_at=known_at)
    reader.read(companies(49))

    assert (before, reader.is_gone(LAST, known_at=known_at)) == (False, True)


def test_fault_16_a_file_of_which_too_much_cannot_be_used_is_refused(
    reader: Reader,
) -> None:
    read: list[Item] = []

    def content() -> Iterator[Item]:
        for item in [*companies(5), *(Defect(str(number), "bad", "") for number in range(9))]:
            read.append(item)
            yield item

    with pytest.raises(FileRefusedError, match="file_unreadable"):
        reader.read_as("bad", content(), limits=FileLimits(most_rejected=2))
    assert len(read) == 5 + 3, "the rest is not even read"
    assert reader.kept() == {}
