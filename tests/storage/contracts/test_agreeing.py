"""contract.4: those who represent a company only together agree to its contract, in any order."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.approvals import templates
from domain.approvals.acts import ActKind
from domain.approvals.confirmations import Confirming
from domain.approvals.ids import approval_of
from domain.approvals.refusals import ApprovalRefused
from domain.approvals.states import ApprovalState
from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.agreeing import AgreeRefused
from domain.contracts.states import ContractState
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from services.parties.people import ensure_person
from storage.contract_agreements import agreeing
from storage.contracts import starting
from storage.database import Database
from tests.builders import approvals, contracts
from tests.builders.agreeing import agree, agreed, digest, offered, state
from tests.builders.approvals import LOGIN, OFF, ON
from tests.builders.delegations import OFFICE, actor, set_up_customers
from tests.builders.freezes import freeze, lift
from tests.builders.people import JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.register_states import TAMM, joint, sole
from tests.builders.register_states import state as register_state
from tests.builders.rows import carry_out, store_states, wait_until_blocked
from tests.builders.rows import rows as select
from tests.fixtures.patience import PATIENCE

S, A = ContractState, ApprovalState
BOTH = (TIIU, JAAN)


@pytest.fixture
def customers(database: Database) -> Database:
    """Tiiu and Jaan represent Tamm together; Mari represents Kuusk alone."""
    set_up_customers(database)
    return database


@pytest.mark.parametrize("how", Agreement)
@pytest.mark.parametrize("order", [BOTH, BOTH[::-1]])
def test_contract_4_a_group_agrees_in_any_order_and_no_member_alone(
    customers: Database, order: Sequence[PersonKey], how: Agreement
) -> None:
    contract_id = offered(customers, how)
    signs = how is Agreement.SIGN
    first = agree(customers, contract_id, order[0], by_signature=signs)
    assert first == approval_of(contract_id)
    approvals.conclude(customers, first)
    alone = state(customers, contract_id), agreed(customers, contract_id)
    if signs:
        with pytest.raises(AgreeRefused, match="already_agreed"):
            agree(customers, contract_id, order[0], by_signature=True)
    else:
        assert agree(customers, contract_id, order[0]) == first
    second = agree(customers, contract_id, order[1], by_signature=signs)
    asked = state(customers, contract_id)
    approvals.conclude(customers, first)

    assert alone == (S.OFFERED, [order[0]])
    assert (second, asked) == (first, S.OFFERED)
    assert state(customers, contract_id) is S.SIGNED
    assert agreed(customers, contract_id) == list(order)
    if not signs:
        assert agree(customers, contract_id, order[1]) is None
    (row,) = select(customers, "SELECT seen_at FROM contract")
    assert row.seen_at is None  # its workflow looks at it


def test_contract_4_who_acts_alone_or_owns_the_account_agrees_at_once(customers: Database) -> None:
    contract_id = offered(customers, account_id=OFFICE.id)

    assert agree(customers, contract_id, MARI) is None
    assert agree(customers, contract_id, MARI) is None

    assert (state(customers, contract_id), agreed(customers, contract_id)) == (S.SIGNED, [MARI])
    (kept,) = select(customers, "SELECT digest, template_version FROM contract_agreement")
    assert (kept.digest, kept.template_version) == (digest(customers, contract_id), 1)


def test_contract_4_the_user_of_a_mobiil_id_agrees_alone_whoever_owns_the_number(
    customers: Database,
) -> None:
    peeter = ensure_person(customers, PEETER)
    contract_id = offered(customers, party=Party.USER, person_id=peeter)

    with pytest.raises(AgreeRefused, match="representative_needed"):
        agree(customers, contract_id, TIIU)
    frozen = freeze(customers, PEETER)
    with pytest.raises(AgreeRefused, match="representative_needed"):  # whoever has their eID
        agree(customers, contract_id, PEETER)
    lift(customers, frozen)
    assert agree(customers, contract_id, PEETER) is None

    assert state(customers, contract_id) is S.SIGNED


@pytest.mark.parametrize(
    ("how", "said", "code"),
    [
        (Agreement.SIGN, {}, "signature_needed"),
        (Agreement.CONFIRM, {"by_signature": True}, "signature_not_asked"),
        (Agreement.CONFIRM, {"shown": "0" * 64}, "act_changed"),
        (Agreement.CONFIRM, {"version": 2}, "template_unknown"),
        (Agreement.CONFIRM, {"rules": OFF}, "needs_joint_approval"),
        (Agreement.CONFIRM, {"who": MARI}, "representative_needed"),
        (Agreement.CONFIRM, {"who": KATI}, "representative_needed"),
    ],
)
def test_contract_4_what_does_not_count_changes_nothing(
    customers: Database, how: Agreement, said: dict[str, object], code: str
) -> None:
    contract_id = offered(customers, how)

    with pytest.raises(AgreeRefused, match=code):
        agree(customers, contract_id, **({"who": TIIU} | said))  # type: ignore[arg-type]

    assert (state(customers, contract_id), agreed(customers, contract_id)) == (S.OFFERED, [])
    assert select(customers, "SELECT FROM approval") == []


def test_contract_4_nobody_agrees_when_it_is_late_or_over(customers: Database) -> None:
    late, over = offered(customers), offered(customers, terms=contracts.terms(number=None))
    carry_out(customers, "UPDATE contract SET agree_by = now() WHERE id = :id", id=late)
    with customers.transaction() as session:
        locked = contracts.locked(session, over)
        starting.end_unstarted(
            session, locked, S.CANCELLED, starting.WITHDRAWN, actor=contracts.OPS
        )

    for contract_id in (late, over):
        with pytest.raises(AgreeRefused, match="contract_not_waiting"):
            agree(customers, contract_id, TIIU)


@pytest.mark.parametrize("how", Agreement)
def test_contract_4_who_agreed_is_held_to_the_state_and_their_right_as_they_are_now(
    customers: Database, how: Agreement
) -> None:
    contract_id, signs = offered(customers, how), how is Agreement.SIGN
    approval = agree(customers, contract_id, TIIU, by_signature=signs)
    assert approval is not None
    agree(customers, contract_id, JAAN, by_signature=signs)
    approvals.conclude(customers, approval)
    frozen = freeze(customers, TIIU)
    with pytest.raises(AgreeRefused, match="representative_needed"):
        agree(customers, contract_id, TIIU, by_signature=signs)
    lift(customers, frozen)
    with customers.transaction() as session:
        locked = contracts.locked(session, contract_id)
        starting.end_unstarted(
            session, locked, S.CANCELLED, starting.WITHDRAWN, actor=contracts.OPS
        )

    with pytest.raises(AgreeRefused, match="contract_not_waiting"):
        agree(customers, contract_id, TIIU, by_signature=signs)


def test_contract_4_who_opens_the_approval_is_kept_with_the_text_that_they_were_shown(
    customers: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract_id = offered(customers)
    newer = {**templates.CURRENT, ActKind.CONTRACT_START: 2}
    monkeypatch.setattr(templates, "CURRENT", newer)

    agree(customers, contract_id, TIIU, version=1)
    agree(customers, contract_id, JAAN, version=2)

    kept = select(
        customers, "SELECT template_version FROM approval_confirmation ORDER BY confirmed_at"
    )
    assert [each.template_version for each in kept] == [1, 2]


def test_contract_4_a_click_is_never_a_signature(customers: Database) -> None:
    contract_id = offered(customers, Agreement.SIGN)
    approval = agree(customers, contract_id, TIIU, by_signature=True)
    assert approval is not None

    with pytest.raises(ApprovalRefused, match="signature_needed"):
        approvals.confirm(customers, approval, JAAN)

    assert agreed(customers, contract_id) == [TIIU]


def test_contract_4_what_is_taken_back_does_not_count_until_it_is_given_again(
    customers: Database,
) -> None:
    contract_id = offered(customers, Agreement.SIGN)
    approval = agree(customers, contract_id, TIIU, by_signature=True)
    assert approval is not None
    approvals.take_back(customers, approval, TIIU)
    agree(customers, contract_id, JAAN, by_signature=True)
    approvals.conclude(customers, approval)
    without = state(customers, contract_id), agreed(customers, contract_id)
    agree(customers, contract_id, TIIU, by_signature=True)
    approvals.conclude(customers, approval)

    assert without == (S.OFFERED, [JAAN])
    assert (state(customers, contract_id), agreed(customers, contract_id)) == (
        S.SIGNED,
        [JAAN, TIIU],
    )


def test_contract_4_who_may_act_alone_agrees_at_once_while_a_group_agrees(
    customers: Database,
) -> None:
    pair = (joint(TIIU), joint(JAAN))
    board = register_state(*pair, sole(PEETER), of=TAMM, groups=(pair,), minute=1)
    store_states(customers, board)
    contract_id = offered(customers)
    approval = agree(customers, contract_id, TIIU)
    assert approval is not None

    assert agree(customers, contract_id, PEETER) is None

    assert state(customers, contract_id) is S.SIGNED
    assert approvals.state_of(customers, approval) is A.REFUSED


def test_contract_4_two_who_agree_at_the_same_moment_share_one_approval(
    customers: Database,
) -> None:
    contract_id = offered(customers)
    shown = digest(customers, contract_id)
    tiiu, by = ensure_person(customers, TIIU), actor(customers, TIIU)
    given = Confirming(tiiu, shown, 1, Language.ESTONIAN, LOGIN)
    with ThreadPoolExecutor() as threads:
        with customers.transaction() as session:
            first = agreeing.agree(session, contract_id, given, ON, by_signature=False, actor=by)
            second = threads.submit(agree, customers, contract_id, JAAN, shown=shown)
            wait_until_blocked(customers)
        assert first == second.result(PATIENCE)
    assert first is not None
    approvals.conclude(customers, first)

    assert state(customers, contract_id) is S.SIGNED
