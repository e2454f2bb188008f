"""What others change while a file is imported."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from services.accounts.import_file import FileImport, Import, importing
from services.accounts.import_records import SERVICES
from storage.accounts.services import ServiceFacts
from storage.database import Database
from tests.builders.people import JAAN, MARI
from tests.builders.rows import BILLING, account, put, put_service, rows, service
from tests.fixtures.databases import database, shared_database

__all__ = ["database", "shared_database"]

ONE, TWO = account(MARI), account(JAAN, 2)
FREE, HELD = "+37255500001", "+37255500002"
FILE = {"1": service(1, ONE, phone=FREE), "2": service(2, TWO, phone="+37255500003")}


@pytest.fixture
def judged(database: Database) -> Iterator[FileImport[ServiceFacts]]:
    """A file is judged, not stored: service 1 takes a free number, service 2 gives one up."""
    put(database, ONE, TWO)
    put_service(database, service(2, TWO, phone=HELD), service(3, TWO, status="ended"))
    asked = Import(SERVICES, lambda columns: FILE[columns["n"]], "s.csv", BILLING)
    with importing(database, asked) as running:
        running.add({int(n): {"n": n} for n in FILE})
        running.judge()
        yield running


def numbers(database: Database) -> dict[UUID, str]:
    found = rows(database, "SELECT id, number FROM service WHERE status = 'active'")
    return {row.id: row.number for row in found}


def test_fault_11_a_number_that_another_service_takes_meanwhile(
    database: Database, judged: FileImport[ServiceFacts]
) -> None:
    put_service(database, service(3, TWO, phone=FREE))

    (result,) = list(judged.store())[-1:]

    assert [(n, why.code) for n, why in judged.rejected()] == [(1, "number_taken")]
    assert (result.created, result.changed) == (0, 1)
    assert numbers(database) == {service(3, TWO).id: FREE, FILE["2"].id: "+37255500003"}


def test_fault_11_a_number_that_a_later_line_gives_up_again(
    database: Database, judged: FileImport[ServiceFacts]
) -> None:
    put_service(database, service(2, TWO, phone=FREE))

    list(judged.store())

    assert list(judged.rejected()) == []
    assert numbers(database) == {each.id: each.number for each in FILE.values()}
