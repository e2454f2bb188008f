"""contract.8, contract.12: contracts on the command line: a list, one of them, and its end."""

from uuid import UUID

import pytest

from services.parties.people import ensure_person
from storage.database import Database
from tests.builders import contracts
from tests.builders.contract_ends import mobiil_id, subscription
from tests.builders.delegations import OFFICE, OWN, PHONE, set_up_customers
from tests.builders.people import PEETER
from tests.builders.rows import NOTED, carry_out, rows
from tests.clients.cli_runner import Volitus


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    set_up_customers(database)


def test_contract_12_the_list_has_filters_and_pages(volitus: Volitus, database: Database) -> None:
    first = subscription(database)
    other = contracts.new_contract(
        OWN.id, product="internet", terms=contracts.terms(number="+37255512346")
    )
    second = contracts.offered(database, other)

    def ids(*more: object) -> list[UUID]:
        return [UUID(each["id"]) for each in volitus("contracts", "list", *more, "--json").json]

    assert ids() == [second, first]
    assert ids("--account", OFFICE.reference) == [first]
    assert ids("--state", "offered") == [second]
    assert ids("--product", "internet") == [second]
    assert ids("--limit", 1) == [second]
    assert ids("--before", second) == [first]
    assert OFFICE.reference in volitus("contracts", "list").out


def test_contract_12_one_is_shown_with_all_that_belongs_to_it(
    volitus: Volitus, database: Database
) -> None:
    id_ = subscription(database)
    contracts.store_document(database, id_, OFFICE.id)

    shown = volitus("contracts", "show", str(id_)[:8], "--json").json
    printed = volitus("contracts", "show", id_).out
    unknown = volitus("contracts", "show", "abcdef12")

    assert (shown["state"], shown["account"]) == ("active", OFFICE.reference)
    assert shown["services"] == [str(PHONE.id)]
    assert [each["kind"] for each in shown["documents"]] == ["contract"]
    assert [each["state"] for each in shown["events"]][-1] == "active"
    assert "mobile-subscription 1" in printed
    assert (unknown.code, "volitus contracts list" in unknown.err) == (1, True)


def test_contract_8_operations_end_a_contract_as_previewed_and_say_why(
    volitus: Volitus, database: Database
) -> None:
    id_ = subscription(database)
    carry_out(
        database,
        "INSERT INTO customer_size (account_id, size_class, source, as_of)"
        " VALUES (:id, 'larger', 'annual_report', '2026-06-30')",
        id=OFFICE.id,
    )
    why = ("--reason", "Mari wrote a letter")

    preview = volitus("contracts", "end-preview", id_, "--code", "breach", "--json").json
    printed = volitus("contracts", "end-preview", id_).out
    mobiil_id(database, ensure_person(database, PEETER))
    named = ("--preview", preview["digest"], "--code", "breach")
    changed = volitus("contracts", "end", id_, *named, *why, "--json")
    named = ("--preview", changed.json["digest"], "--code", "breach")
    ended = volitus("contracts", "end", id_, *named, *why, "--json")

    assert (preview["reason"], preview["customer_size"]["source"]) == ("breach", "annual_report")
    assert "larger (annual_report, 2026-06-30)" in printed
    assert (changed.code, "preview_changed" in changed.err) == (1, True)
    assert len(changed.json["ends"]["contracts"]) == 1
    assert (ended.json["state"], ended.json["end"]["reason"]) == ("ending", "breach")
    (decided,) = rows(database, f"{NOTED} WHERE e.kind = 'contract:decided'")
    assert (decided.after, decided.note) == ({"decision": "end"}, "Mari wrote a letter")


def test_contract_8_operations_call_an_end_off_before_its_moment(
    volitus: Volitus, database: Database
) -> None:
    id_ = subscription(database)
    why = ("--reason", "it was a mistake")
    digest = volitus("contracts", "end-preview", id_, "--on", "2099-01-31", "--json").json["digest"]
    named = ("--preview", digest, "--on", "2099-01-31")

    ended = volitus("contracts", "end", id_, *named, *why, "--json").json
    off = volitus("contracts", "cancel-end", id_, *why, "--json").json
    nothing = volitus("contracts", "end-preview", id_, "--code", "withdrawal")

    assert (ended["state"], off["state"], off["end"]) == ("ending", "active", None)
    assert (nothing.code, "end_not_possible" in nothing.err) == (1, True)
