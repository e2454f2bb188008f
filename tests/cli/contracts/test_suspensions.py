"""contract.10: staff suspend a contract on a caller's word, and operations open it again."""

import pytest

from storage.database import Database
from tests.builders.contract_ends import subscription
from tests.builders.delegations import set_up_customers
from tests.builders.rows import NOTED, carry_out, rows
from tests.clients.cli_runner import Volitus

WHY = ("--reason", "Mari called")


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    set_up_customers(database)


def test_contract_10_staff_suspend_a_contract_and_operations_open_it(
    volitus: Volitus, database: Database
) -> None:
    id_ = subscription(database)
    told = ("--code", "stolen", *WHY)

    suspended = volitus("contracts", "suspend", str(id_)[:8], *told, "--json").json
    again = volitus("contracts", "suspend", id_, *told)
    shown = volitus("contracts", "show", id_, "--json").json
    opened = volitus("contracts", "resume", id_, *WHY, "--json").json

    assert (suspended["state"], suspended["suspended"]) == ("suspended", "stolen")
    assert (again.code, suspended["order_id"] in again.out) == (0, True)
    assert [each["action"] for each in shown["steps"]] == ["suspend.1"]
    assert (opened["state"], opened["suspended"]) == ("active", None)
    notes = rows(database, f"{NOTED} WHERE e.after ? 'suspended' ORDER BY e.id")
    assert [(row.after["suspended"], row.note) for row in notes] == [
        ("stolen", "Mari called"),
        (None, "Mari called"),
    ]


def test_contract_10_what_the_operator_suspended_is_not_opened_here(
    volitus: Volitus, database: Database
) -> None:
    id_ = subscription(database)
    carry_out(
        database,
        """UPDATE contract SET state = 'suspended', suspend_reason = 'told',
        suspension_is_told = TRUE""",
    )

    refused = volitus("contracts", "resume", id_, *WHY)
    volitus("contracts", "suspend", id_, "--code", "lost", *WHY)
    found = volitus("contracts", "resume", id_, *WHY)

    assert (refused.code, "suspended_by_operator" in refused.err) == (1, True)
    assert (found.code, "suspend it still" in found.err) == (0, True)
    assert volitus("contracts", "suspend", "abcdef12", "--code", "lost", *WHY).code == 1
