"""What an import does follows from the file as a whole: not from the order of its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.accounts import ServiceKind, ServiceStatus
from services.accounts.import_file import Import, importing
from services.accounts.import_records import SERVICES
from storage.accounts import import_lines, upserts
from storage.accounts.services import ServiceFacts
from storage.database import Database
from tests.builders.people import MARI
from tests.builders.rows import BILLING, account, put, put_service, rows
from tests.fixtures.databases import shared_database as database
from tests.oracles.imports import Line, Stored, stored_after

__all__ = ["database"]

ACCOUNTS = (0, 1, 2)
UNKNOWN_ACCOUNT = 3
_spaces = count(1)

NUMBERS = st.none() | st.integers(0, 5)
WRONG = st.builds(Line, st.integers(0, 6), st.integers(0, UNKNOWN_ACCOUNT), NUMBERS, st.booleans())


@st.composite
def right(draw: st.DrawFn) -> list[Line]:
    """Services of which no two have the same number: what is stored, or a file that is right."""
    services = draw(st.lists(st.integers(0, 6), unique=True, min_size=2))
    numbers = draw(st.permutations(range(len(services))))
    return [
        Line(each, draw(st.sampled_from(ACCOUNTS)), number, active=draw(st.integers(0, 4)) > 0)
        for each, number in zip(services, numbers, strict=True)
    ]


@dataclass
class Space:
    """Accounts, services and numbers of one example: all examples share a database."""

    database: Database
    base: int = field(default_factory=lambda: 100 * next(_spaces))

    def begin(self, stored: Sequence[Line]) -> None:
        accounts = [account(MARI, self.base + n, reference=f"{self.base}/{n}") for n in ACCOUNTS]
        put(self.database, *accounts)
        put_service(self.database, *(self._facts(line) for line in stored))

    def bring(self, lines: Sequence[Line]) -> set[Line]:
        """Import the lines; returns those that were rejected."""
        numbered = {n: self._columns(line) for n, line in enumerate(lines, 1)}
        asked = Import(SERVICES, self._parsed, "services", BILLING, keeps_rejected=False)
        with importing(self.database, asked) as running:
            running.add(numbered)
            running.judge()
            trial = list(running.store(trial=True))[-1:]
            assert list(running.store())[-1:] == trial
            return {lines[n - 1] for n, _ in running.rejected()}

    def stored(self) -> Stored:
        found = rows(
            self.database,
            "SELECT * FROM service WHERE account_id BETWEEN :first AND :last",
            first=UUID(int=self.base),
            last=UUID(int=self.base + UNKNOWN_ACCOUNT),
        )
        lines = (
            Line(
                row.id.int - self.base,
                row.account_id.int - self.base,
                row.number and int(row.number) - self._phone(0),
                row.status == "active",
            )
            for row in found
        )
        return {line.service: line for line in lines}

    def _phone(self, number: int) -> int:
        return 37250_000_000 + self.base + number

    def _columns(self, line: Line) -> dict[str, str]:
        number = {} if line.number is None else {"number": f"+{self._phone(line.number)}"}
        return {
            "id": str(UUID(int=self.base + line.service)),
            "account": str(UUID(int=self.base + line.account)),
            "status": "active" if line.active else "ended",
        } | number

    def _facts(self, line: Line) -> ServiceFacts:
        return self._parsed(self._columns(line))

    @staticmethod
    def _parsed(columns: Mapping[str, str]) -> ServiceFacts:
        return ServiceFacts(
            UUID(columns["id"]),
            UUID(columns["account"]),
            ServiceKind.MOBILE,
            columns.get("number"),
            "",
            ServiceStatus(columns["status"]),
        )


@pytest.fixture(autouse=True)
def _few_lines_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small file has several batches, and a large batch several parts."""
    monkeypatch.setattr(import_lines, "PART", 2)
    monkeypatch.setattr(upserts, "PART", 2)


# The database is not emptied between examples: each has ids and numbers of its own.
IN_ONE_DATABASE = settings(
    derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(right(), right(), st.randoms())
@IN_ONE_DATABASE
def test_fault_11_a_file_that_is_right_is_stored_in_any_order(
    database: Database, before: list[Line], lines: list[Line], order: Random
) -> None:
    space = Space(database)
    wanted = {line.service: line for line in lines}
    before = [line for line in before if line.service in wanted]
    space.begin(before)
    order.shuffle(lines)

    rejected = space.bring(lines)

    assert rejected == set()
    assert space.stored() == wanted


@given(right(), st.lists(WRONG, unique=True, min_size=1, max_size=8), st.randoms())
@IN_ONE_DATABASE
def test_fault_11_of_any_file_the_same_lines_are_rejected_in_any_order(
    database: Database, before: list[Line], lines: list[Line], order: Random
) -> None:
    space = Space(database)
    space.begin(before)
    wanted = stored_after({line.service: line for line in before}, lines, ACCOUNTS)
    order.shuffle(lines)

    rejected = space.bring(lines)

    assert (space.stored(), rejected) == wanted
