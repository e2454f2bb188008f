"""joint.8: two confirm at the same instant, and whatever a mandate rests on changes meanwhile."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from domain.accounts import AccountStatus
from domain.audit import Actor, ActorKind
from domain.delegations.refusals import DelegationRefused
from domain.people.erasure import ErasureGround
from services.errors import Refused
from services.mandates import mandates
from services.parties.people import ensure_person
from storage.accounts.accounts import put_accounts
from storage.accounts.services import put_services
from storage.database import Database, Session
from storage.mandates import mandates as rows_of_mandates
from storage.people import erasure
from tests.builders.days import ZONE
from tests.builders.delegations import (
    OFFICE,
    PHONE,
)
from tests.builders.mandates import (
    ANN,
    BEN,
    NOTE,
    PAPER,
    confirmed,
    grants_of,
    happened,
    recorded,
    state_of,
    terms,
)
from tests.builders.people import ANNA, PEETER
from tests.builders.rows import (
    BILLING,
    carry_out,
    rows,
    wait_until_blocked,
    wait_until_blocked_unless,
)
from tests.fixtures.patience import PATIENCE

EVE = Actor(ActorKind.OPS, "eve")
Change = Callable[[Session], object]


def in_turn(database: Database, first: Change, second: Callable[[], object]) -> None:
    """Commit ``first`` once ``second`` waits for it, or is done."""
    with ThreadPoolExecutor() as threads:
        with database.transaction() as session:
            first(session)
            other = threads.submit(second)
            assert wait_until_blocked_unless(database, other.done) or other.done()
        with suppress(Refused, DelegationRefused):
            other.result(PATIENCE)


CHANGES: Mapping[str, Change] = {
    "closed": lambda session: put_accounts(
        session, [replace(OFFICE, status=AccountStatus.CLOSED)], actor=BILLING
    ),
    "moved": lambda session: put_accounts(session, [replace(OFFICE, owner=PEETER)], actor=BILLING),
    "service ended": lambda session: put_services(
        session, [replace(PHONE, status=type(PHONE.status).ENDED)], actor=BILLING
    ),
}
NO_ACCESS = """
SELECT FROM access_grant g WHERE g.origin = 'operator' AND g.proof = :id
  AND upper(g.validity) > clock_timestamp()
"""


@pytest.mark.parametrize("change", CHANGES)
def test_joint_8_a_confirmation_that_waits_for_the_account_gives_nothing(
    customers: Database, change: str
) -> None:
    mandate = recorded(customers, ANNA, OFFICE, terms(on=[PHONE.id]))

    in_turn(customers, CHANGES[change], lambda: confirmed(customers, mandate))

    assert rows(customers, NO_ACCESS, id=mandate) == []
    assert "confirmed" not in happened(customers, mandate)


@pytest.mark.parametrize("change", CHANGES)
def test_joint_8_a_change_that_waits_for_the_confirmation_ends_what_it_gave(
    customers: Database, change: str
) -> None:
    mandate = recorded(customers, ANNA, OFFICE, terms(on=[PHONE.id]))

    def beside() -> None:
        with customers.transaction() as session:
            CHANGES[change](session)

    with ThreadPoolExecutor() as threads:
        with customers.transaction() as session:
            rows_of_mandates.locked(session, mandate)
            confirming = threads.submit(confirmed, customers, mandate)
            wait_until_blocked(customers)
            changing = threads.submit(beside)
            wait_until_blocked(customers, waiting=2)
        confirming.result(PATIENCE)
        changing.result(PATIENCE)

    assert rows(customers, NO_ACCESS, id=mandate) == []
    assert happened(customers, mandate) == ["recorded", "confirmed", "ended"]


def test_joint_8_two_officers_who_confirm_at_the_same_instant_give_access_once(
    customers: Database,
) -> None:
    mandate = recorded(customers, ANNA, OFFICE)
    meet = Barrier(4)

    def confirm(by: Actor) -> str:
        meet.wait(PATIENCE)
        try:
            confirmed(customers, mandate, by=by)
        except Refused as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor() as threads:
        said = sorted(threads.map(confirm, [BEN, EVE, BEN, ANN]))

    assert said in (
        ["done", "done", "mandate_answered", "second_person_needed"],
        ["done", "mandate_answered", "mandate_answered", "second_person_needed"],
        ["done", "done", "mandate_answered", "mandate_answered"],
        ["done", "mandate_answered", "mandate_answered", "mandate_answered"],
    )
    assert len(grants_of(customers, mandate)) == 1
    assert happened(customers, mandate) == ["recorded", "confirmed"]


def test_joint_8_a_confirmation_and_a_rejection_at_once_leave_one_of_them(
    customers: Database,
) -> None:
    for _ in range(8):
        mandate = recorded(customers, ANNA, OFFICE)
        _at_once(
            lambda: confirmed(customers, mandate, by=BEN),  # noqa: B023
            lambda: mandates.reject(customers, mandate, actor=EVE, note=NOTE),  # noqa: B023
        )
        done = happened(customers, mandate)
        assert len(done) == 2
        assert bool(grants_of(customers, mandate)) == (done[1] == "confirmed")
        assert state_of(customers, mandate) == ("active" if done[1] == "confirmed" else "rejected")
        if done[1] == "confirmed":
            mandates.end(customers, mandate, actor=BEN, note=NOTE)


def _at_once(*works: Callable[[], object]) -> None:
    meet = Barrier(len(works))

    def carry_out(work: Callable[[], object]) -> None:
        meet.wait(PATIENCE)
        with suppress(Refused, DelegationRefused):
            work()

    with ThreadPoolExecutor() as threads:
        list(threads.map(carry_out, works))


def test_joint_8_who_is_to_be_given_access_on_paper_is_not_erased_before_it_is_answered(
    customers: Database,
) -> None:
    mandate = recorded(customers, ANNA, OFFICE)
    anna = ensure_person(customers, ANNA)

    assert _erase(customers, anna) == {"process": 1}
    mandates.reject(customers, mandate, actor=BEN, note=NOTE)

    assert rows(customers, "SELECT FROM person WHERE id = :id", id=anna) == []


def _erase(database: Database, person_id: UUID) -> dict[str, int]:
    ground = ErasureGround.OBJECTION
    with database.transaction() as session:
        erased = erasure.erase(session, person_id, ground, actor=BILLING)
    assert erased is not None
    return {obstacle.value: count for obstacle, count in erased.obstacles.items()}


def test_joint_8_who_is_recorded_twice_is_not_forgotten_by_the_first_rejection(
    customers: Database,
) -> None:
    first, second = (recorded(customers, ANNA, OFFICE) for _ in range(2))

    mandates.reject(customers, first, actor=BEN, note=NOTE)
    confirmed(customers, second)

    assert grants_of(customers, second)[0].person == ANNA.code


def test_joint_8_recording_is_repeatable_by_its_id(customers: Database) -> None:
    recording = mandates.Recording(UUID(int=9), OFFICE.id, ANNA, terms(), PAPER)

    def record() -> object:
        return mandates.record(customers, recording, ZONE, actor=ANN).mandate.id

    assert [record(), record()] == [UUID(int=9)] * 2
    assert len(rows(customers, "SELECT FROM authority_document")) == 1


def test_joint_8_the_table_itself_refuses_a_confirmation_by_who_recorded_it(
    customers: Database,
) -> None:
    recorded(customers, ANNA, OFFICE)
    own = "UPDATE mandate SET answer = 'confirmed', answered_by = :by, answered_at = now()"

    for by in (ANN.id, None):
        with pytest.raises(IntegrityError, match="four_eyes"):
            carry_out(customers, own, by=by)
