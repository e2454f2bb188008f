"""Names of staff stand in one table, apart from the history."""

from uuid import UUID

from domain.audit import Actor, ActorKind
from domain.staff import StaffMember
from storage.audit import staff
from storage.database import Database
from tests.builders.rows import rows

ANN = StaffMember("2a4eaa38-5345-82a4-a6e6-8dee5d81d3ba", "Ann Tamm")
MARRIED = StaffMember(ANN.id, "Ann Kask")


def acts(database: Database, member: StaffMember) -> None:
    with database.transaction() as session:
        staff.acts(session, member)


def test_fault_21_a_member_of_staff_has_one_row_with_the_last_name(database: Database) -> None:
    acts(database, ANN)
    first = rows(database, "SELECT * FROM staff")[0]
    acts(database, MARRIED)
    last = rows(database, "SELECT * FROM staff")[0]

    assert (first.id, first.name) == (ANN.id, "Ann Tamm")
    assert (last.id, last.name, last.first_acted_at) == (ANN.id, "Ann Kask", first.first_acted_at)
    assert last.last_acted_at > first.last_acted_at


def test_fault_21_a_name_is_erased_and_the_id_stays(database: Database) -> None:
    acts(database, ANN)

    others, by = (UUID(ANN.id), UUID(int=1)), Actor(ActorKind.OPS, "bob")
    with database.transaction() as session:
        erased = [staff.erase_name(session, id_, actor=by) for id_ in (UUID(ANN.id), *others)]

    assert erased == [True, False, False]
    (event,) = rows(database, "SELECT kind, subject_id, actor ->> 'id' AS by FROM event")
    assert event == ("staff:name_erased", UUID(ANN.id), "bob")
    left = rows(database, "SELECT id, name FROM staff")[0]
    assert (left.id, left.name) == (ANN.id, None)
