"""contract.4: how an approval and the contract that a group agrees to end with each other."""

from datetime import timedelta

import pytest

from domain.approvals.states import ApprovalState
from domain.contracts.agreeing import AgreeRefused
from domain.contracts.states import ContractState
from services.parties.people import ensure_person
from storage.approvals import carrying_out, wakeups
from storage.contracts import starting
from storage.database import Database
from tests.builders import approvals, contracts
from tests.builders.agreeing import agree, agreed, digest, offered, state
from tests.builders.approvals import FOUR_EYES
from tests.builders.delegations import set_up_customers
from tests.builders.people import JAAN, PEETER, TIIU
from tests.builders.register_states import KUUSK, TAMM, together
from tests.builders.rows import carry_out, company_id, store_states
from tests.builders.rows import rows as select

S, A = ContractState, ApprovalState
BOTH = (TIIU, JAAN)


@pytest.fixture
def customers(database: Database) -> Database:
    """Tiiu and Jaan represent Tamm together; Mari represents Kuusk alone."""
    set_up_customers(database)
    return database


@pytest.mark.parametrize(
    ("how", "ends_as"),
    [("declined", S.DECLINED), ("withdrawn", S.CANCELLED), ("lapsed", S.LAPSED)],
)
def test_contract_4_an_approval_that_ends_ends_the_contract(
    customers: Database, how: str, ends_as: ContractState
) -> None:
    contract_id = offered(customers)
    approval = agree(customers, contract_id, TIIU)
    assert approval is not None
    match how:
        case "declined":
            approvals.decline(customers, approval, JAAN)
        case "withdrawn":
            approvals.withdraw(customers, approval, TIIU)
        case "lapsed":
            carry_out(customers, "UPDATE approval SET lapses_at = clock_timestamp()")
            approvals.proceed(customers, approval)

    assert state(customers, contract_id) is ends_as
    assert approvals.state_of(customers, approval) is A(how)
    assert select(customers, "SELECT FROM process WHERE ended_at IS NULL") == []
    with pytest.raises(AgreeRefused, match="contract_not_waiting"):
        agree(customers, contract_id, JAAN)


def test_contract_4_a_contract_that_ended_otherwise_ends_its_approval(customers: Database) -> None:
    contract_id = offered(customers)
    approval = agree(customers, contract_id, TIIU)
    assert approval is not None
    approvals.proceed(customers, approval)
    with customers.transaction() as session:
        before = wakeups.touch_outdated(session)
        locked = contracts.locked(session, contract_id)
        starting.end_unstarted(session, locked, S.LAPSED, starting.NOT_AGREED, actor=contracts.OPS)
    with customers.transaction() as session:
        after = wakeups.touch_outdated(session)
    approvals.proceed(customers, approval)

    assert (before, after) == (0, 1)
    assert approvals.state_of(customers, approval) is A.REFUSED
    assert state(customers, contract_id) is S.LAPSED


def test_contract_4_an_approval_lapses_no_later_than_the_offer(customers: Database) -> None:
    contract_id = offered(customers)
    carry_out(customers, "UPDATE contract SET agree_by = now() + interval '3 days'")
    approval = agree(customers, contract_id, TIIU)
    assert approval is not None

    left = approvals.read(customers, approval)

    assert left.lapses_at - left.now < timedelta(days=3)


def test_contract_4_an_officer_looks_at_a_groups_first_act(customers: Database) -> None:
    contract_id = offered(customers)
    approval = agree(customers, contract_id, TIIU, rules=FOUR_EYES)
    assert approval is not None
    agree(customers, contract_id, JAAN, rules=FOUR_EYES)

    assert approvals.state_of(customers, approval) is A.AWAITING_OFFICER
    assert state(customers, contract_id) is S.OFFERED


def test_contract_4_who_represents_the_company_no_more_does_not_count(
    customers: Database,
) -> None:
    contract_id = offered(customers)
    approval = agree(customers, contract_id, TIIU)
    assert approval is not None
    store_states(customers, together(JAAN, PEETER, of=TAMM, minute=1))
    agree(customers, contract_id, JAAN)
    approvals.conclude(customers, approval)
    waits = state(customers, contract_id)
    agree(customers, contract_id, PEETER)
    approvals.conclude(customers, approval)

    assert (waits, state(customers, contract_id)) == (S.OFFERED, S.SIGNED)
    assert agreed(customers, contract_id) == [JAAN, PEETER]


def test_contract_4_other_terms_than_were_agreed_to_are_not_carried_out(
    customers: Database,
) -> None:
    contract_id = offered(customers)
    approval = agree(customers, contract_id, TIIU)
    assert approval is not None
    agree(customers, contract_id, JAAN)
    carry_out(customers, "UPDATE contract SET terms = terms || '{\"months\": 24}'")

    with pytest.raises(carrying_out.CANNOT):
        approvals.conclude(customers, approval)

    assert state(customers, contract_id) is S.OFFERED


def test_contract_4_an_account_that_is_anothers_by_now_agrees_to_nothing(
    customers: Database,
) -> None:
    contract_id, kuusk = offered(customers), company_id(customers, KUUSK)
    shown = digest(customers, contract_id)
    carry_out(customers, "UPDATE contract SET owner_id = :kuusk", kuusk=kuusk)

    with pytest.raises(AgreeRefused, match="representative_needed"):
        agree(customers, contract_id, TIIU, shown=shown)


def test_contract_4_the_others_are_asked_and_told(customers: Database) -> None:
    contract_id = offered(customers)
    approval = agree(customers, contract_id, TIIU)
    assert approval is not None
    agree(customers, contract_id, JAAN)
    approvals.conclude(customers, approval)

    found = select(customers, "SELECT kind, person_id FROM notice ORDER BY kind")
    told = [(each.kind, each.person_id) for each in found]
    tiiu, jaan = (ensure_person(customers, who) for who in BOTH)
    assert sorted(told) == sorted(
        [
            ("approval_proposed", jaan),
            ("approval_carried_out", tiiu),
            ("approval_carried_out", jaan),
        ]
    )
