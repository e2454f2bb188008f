"""contract.4: those who represent a company only together agree to its contract, in any order."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from domain.approvals.confirmations import Confirming
from domain.approvals.ids import approval_of
from domain.approvals.refusals import ApprovalRefused
from domain.approvals.rules import ApprovalRules
from domain.approvals.states import ApprovalState
from domain.audit import Actor
from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.agreeing import AgreeRefused
from domain.contracts.states import ContractState
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from services.parties.people import ensure_person
from storage.approvals import carrying_out, wakeups
from storage.contract_agreements import agreeing
from storage.contracts import acts, agreements, rows, starting
from storage.database import Database
from tests.builders import approvals, contracts
from tests.builders.approvals import FOUR_EYES, LOGIN, OFF, ON
from tests.builders.delegations import OFFICE, OTHER, actor, set_up_customers
from tests.builders.people import JAAN, KATI, MARI, PEETER, TIIU
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


def offered(database: Database, how: Agreement = Agreement.CONFIRM, **changes: object) -> UUID:
    account_id = changes.pop("account_id", OTHER.id)
    new = contracts.new_contract(account_id, agreement=how, **changes)  # type: ignore[arg-type]
    return contracts.offered(database, new)


def digest(database: Database, contract_id: UUID) -> str:
    with database.reading() as connection:
        found = rows.read(connection, contract_id)
        assert found is not None
        act = acts.act_of(connection, found)
    assert act is not None
    return act.digest()


def agree(
    database: Database,
    contract_id: UUID,
    who: PersonKey,
    *,
    by_signature: bool = False,
    rules: ApprovalRules = ON,
    shown: str = "",
    version: int = 1,
) -> UUID | None:
    """Agree as this person, who was shown the act."""
    seen = shown or digest(database, contract_id)
    given = Confirming(ensure_person(database, who), seen, version, Language.ESTONIAN, LOGIN)
    by: Actor = actor(database, who)
    with database.transaction() as session:
        return agreeing.agree(
            session, contract_id, given, rules, by_signature=by_signature, actor=by
        )


def state(database: Database, contract_id: UUID) -> ContractState:
    with database.reading() as connection:
        found = rows.read(connection, contract_id)
    assert found is not None
    return found.state


def agreed(database: Database, contract_id: UUID) -> list[PersonKey]:
    """Who agreed so far, the first one first."""
    keys = {ensure_person(database, each): each for each in (TIIU, JAAN, MARI, PEETER)}
    with database.reading() as connection:
        return [keys[each.person_id] for each in agreements.of_contract(connection, contract_id)]


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
    again = agree(customers, contract_id, order[0], by_signature=signs)
    second = agree(customers, contract_id, order[1], by_signature=signs)
    asked = state(customers, contract_id)
    approvals.conclude(customers, first)

    assert alone == (S.OFFERED, [order[0]])
    assert (again, second, asked) == (first, first, S.OFFERED)
    assert state(customers, contract_id) is S.SIGNED
    assert agreed(customers, contract_id) == list(order)
    assert agree(customers, contract_id, order[1], by_signature=signs) is None
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
    assert agree(customers, contract_id, PEETER) is None

    assert state(customers, contract_id) is S.SIGNED


@pytest.mark.parametrize(
    ("how", "said", "code"),
    [
        (Agreement.SIGN, {}, "signature_needed"),
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
