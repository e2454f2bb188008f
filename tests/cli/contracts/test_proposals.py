"""contract.10: operations decide about ends of contracts that the register gives cause for."""

import pytest

from services.parties.people import ensure_person
from storage.database import Database
from tests.builders.company_suspensions import bankrupt
from tests.builders.contract_ends import mobiil_id, subscription
from tests.builders.delegations import OFFICE, set_up_customers
from tests.builders.people import PEETER
from tests.builders.rows import NOTED, rows, store_states
from tests.clients.cli_runner import Volitus

WHY = ("--reason", "the trustee agreed")
PROPOSALS = ("contracts", "proposals")


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    set_up_customers(database)


def test_contract_10_a_proposed_end_is_accepted_as_previewed(
    volitus: Volitus, database: Database
) -> None:
    contract = subscription(database)
    store_states(database, bankrupt())

    (found,) = volitus(*PROPOSALS, "--json").json
    printed = volitus(*PROPOSALS).out
    preview = volitus(*PROPOSALS, "preview", found["id"], "--json").json
    mobiil_id(database, ensure_person(database, PEETER))
    named = ("accept", found["id"][:8], "--preview")
    changed = volitus(*PROPOSALS, *named, preview["digest"], *WHY, "--json")
    accepted = volitus(*PROPOSALS, *named, changed.json["digest"], *WHY, "--json").json

    assert (found["contract_id"], found["reason"]) == (str(contract), "company_bankrupt")
    assert OFFICE.reference in printed
    assert (changed.code, "preview_changed" in changed.err) == (1, True)
    assert (accepted["state"], accepted["contract_state"]) == ("accepted", "ending")
    (decided,) = rows(database, f"{NOTED} WHERE e.kind = 'contract:proposal_ended'")
    assert decided.note == "the trustee agreed"
    assert volitus(*PROPOSALS, "--json").json == []
    (kept,) = volitus(*PROPOSALS, "--all", "--json").json
    assert kept["id"] == found["id"]
    assert volitus(*PROPOSALS, "--all", "--before", found["id"], "--json").json == []


def test_contract_10_a_proposed_end_is_rejected_and_decided_once(
    volitus: Volitus, database: Database
) -> None:
    subscription(database)
    store_states(database, bankrupt())
    (found,) = volitus(*PROPOSALS, "--json").json

    rejected = volitus(*PROPOSALS, "reject", found["id"], *WHY, "--json").json
    late = volitus(*PROPOSALS, "accept", found["id"], "--preview", 64 * "0", *WHY)
    unknown = volitus(*PROPOSALS, "reject", "abcdef12", *WHY)

    assert (rejected["state"], rejected["contract_state"]) == ("rejected", "active")
    assert (late.code, "proposal_decided" in late.err) == (1, True)
    assert (unknown.code, "volitus contracts proposals" in unknown.err) == (1, True)
