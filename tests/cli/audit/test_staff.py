"""Operations list who has acted, and erase the name of one who has left."""

from uuid import uuid4

from domain.staff import StaffMember
from storage.audit import staff
from storage.database import Database
from tests.builders.rows import rows
from tests.builders.staff import OPERATOR
from tests.clients.cli_runner import Volitus

ANN = StaffMember("2a4eaa38-5345-82a4-a6e6-8dee5d81d3ba", "Ann Tamm")


def test_fault_21_names_of_staff_are_listed_and_erased(
    volitus: Volitus, database: Database
) -> None:
    with database.transaction() as session:
        staff.acts(session, ANN)

    before = volitus("staff", "list").out
    erased = volitus("staff", "erase", ANN.id)
    after = volitus("staff", "list", "--json").json

    assert ANN.id in before
    assert "Ann Tamm" in before
    assert (erased.code, erased.err) == (0, "The name is erased.\n")
    assert [(each["id"], each["name"]) for each in after] == [
        (OPERATOR, "Kati Kask"),
        (ANN.id, None),
    ]
    (event,) = rows(database, "SELECT actor FROM event WHERE kind = 'staff:name_erased'")
    assert event.actor == {"kind": "ops", "id": OPERATOR}


def test_fault_21_a_name_that_is_not_there_cannot_be_erased(volitus: Volitus) -> None:
    id_ = uuid4()

    result = volitus("staff", "erase", id_)

    assert (result.code, result.err) == (
        1,
        f"No member of staff has the id `{id_}`: `volitus staff list` lists them.\n",
    )
