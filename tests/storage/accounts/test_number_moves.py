"""order.7: our own rows follow a number that has moved at the network."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.accounts import ServiceStatus
from domain.audit import Actor, ActorKind
from storage.accounts import number_moves
from storage.accounts.services import ServiceFacts
from storage.database import Database
from tests.builders.people import JAAN, MARI
from tests.builders.rows import account, put, put_service, rows, service

ENGINE = Actor(ActorKind.ENGINE, "order")
FROM, TO = account(MARI, 1), account(JAAN, 2)
NUMBER, OTHER = "+37255500001", "+37255500002"
GIVER = replace(service(1, FROM, phone=NUMBER), name="Töö", characteristics={"package": "mobile-s"})
TAKER = service(2, TO, phone=OTHER)
SHARED = service(3, FROM, kind="mobiil_id", phone=NUMBER)
OF_OTHER = service(4, TO, kind="mobiil_id", phone=OTHER)


def move(database: Database) -> bool:
    with database.transaction() as session:
        return number_moves.move(session, NUMBER, GIVER.id, TAKER.id, UUID(int=9), actor=ENGINE)


def numbers(database: Database) -> dict[UUID, tuple[str | None, str]]:
    found = rows(database, "SELECT id, number, status FROM service")
    return {row.id: (row.number, row.status) for row in found}


def test_order_7_one_service_loses_the_number_and_the_other_gets_it(database: Database) -> None:
    """What the operator told of both stays; what shared the number ends, and nothing else."""
    put(database, FROM, TO)
    put_service(database, GIVER, TAKER, SHARED, OF_OTHER)

    assert move(database)

    assert numbers(database) == {
        GIVER.id: (None, "active"),
        TAKER.id: (NUMBER, "active"),
        SHARED.id: (NUMBER, "ended"),
        OF_OTHER.id: (OTHER, "active"),
    }
    (giver,) = rows(database, "SELECT * FROM service WHERE id = :id", id=GIVER.id)
    assert (giver.name, giver.told) == ("Töö", {"package": "mobile-s"})
    before = rows(database, "SELECT id FROM event")
    assert not move(database)
    assert rows(database, "SELECT id FROM event") == before


@pytest.mark.parametrize(
    "told",
    [
        replace(GIVER, number="+37255500003"),
        replace(GIVER, status=ServiceStatus.ENDED),
        replace(TAKER, status=ServiceStatus.ENDED),
    ],
    ids=["another number", "giver ended", "taker ended"],
)
def test_order_7_what_the_operator_told_meanwhile_holds(
    database: Database, told: ServiceFacts
) -> None:
    put(database, FROM, TO)
    put_service(database, GIVER, TAKER, SHARED)
    put_service(database, told)
    before = numbers(database)

    assert not move(database)
    assert numbers(database) == before
