"""contract.3: operations hold a contract's documents for a legal claim, and let them go."""

from uuid import UUID

import pytest

from services.retention import tidy
from storage.database import Database
from tests.builders import contracts
from tests.builders.delegations import OFFICE, set_up_customers
from tests.builders.rows import NOTED, carry_out, rows
from tests.clients.cli_runner import Volitus

WHY = ("--reason", "a claim of 2026")


@pytest.fixture
def contract(database: Database) -> UUID:
    """It has one document, whose time is over."""
    set_up_customers(database)
    id_ = contracts.offered(database, contracts.new_contract(OFFICE.id))
    store(database, id_, b"%PDF")
    return id_


def store(database: Database, contract_id: UUID, content: bytes) -> None:
    """Store a document, and let the time of all be over."""
    contracts.store_document(database, contract_id, OFFICE.id, content)
    carry_out(database, "UPDATE stored_document SET keep_until = now() - interval '1 day'")


def kept(database: Database) -> int:
    return len(rows(database, "SELECT FROM document_content"))


def test_contract_3_documents_are_held_until_they_are_released_and_then_erased(
    volitus: Volitus, database: Database, contract: UUID
) -> None:
    held = volitus("contracts", "hold", contract, *WHY, "--json").json
    again = volitus("contracts", "hold", contract, *WHY)
    store(database, contract, b"%PDF later")
    tidy(database)
    listed = volitus("contracts", "held", "--json").json
    while_held = kept(database)

    released = volitus("contracts", "release", contract, "--reason", "the claim is settled")
    tidy(database)

    assert (held["documents"], again.code, while_held, kept(database)) == (1, 0, 2, 0)
    (only,) = listed
    assert (only["contract_id"], only["documents"]) == (str(contract), 2)
    assert (only["note"], only["held_by"]["name"]) == ("a claim of 2026", "Kati Kask")
    assert "Released: 2" in released.err
    assert volitus("contracts", "held", "--json").json == []
    told = rows(database, f"{NOTED} WHERE e.kind LIKE 'document:%' ORDER BY e.id")
    assert [(row.kind, row.note) for row in told] == [
        ("document:held", "a claim of 2026"),
        *[("document:released", "the claim is settled")] * 2,
        *[("document:erased", None)] * 2,
    ]


def test_contract_3_what_has_no_documents_is_not_held(
    volitus: Volitus, database: Database, contract: UUID
) -> None:
    tidy(database)

    erased = volitus("contracts", "hold", contract, *WHY)
    unknown = volitus("contracts", "hold", "abcdef12", *WHY)

    assert (erased.code, "no_documents" in erased.err) == (1, True)
    assert (unknown.code, "volitus contracts list" in unknown.err) == (1, True)
