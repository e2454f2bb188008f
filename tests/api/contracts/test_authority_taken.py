"""contract.12: what lets somebody act is taken away at the same moment: one waits for the other."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from domain.access.suspensions import FreezeReason, Subject
from services.contracts import locking
from storage.access import suspensions
from storage.database import Database, Session
from tests.builders.contract_ends import subscription
from tests.builders.delegations import OFFICE, OTHER
from tests.builders.freezes import ANN
from tests.builders.people import ANNA, MARI
from tests.builders.rows import give, rows, wait_until_blocked
from tests.clients.api_client import Answer, Front
from tests.clients.contracting import FIBRE, act, end, offered, preview, seen, start
from tests.clients.suspending import resume, suspend
from tests.fixtures.patience import PATIENCE

_NO_GRANTS = text("UPDATE access_grant SET role = 'viewer' WHERE person_id = :who")
_SOLD = text("""
UPDATE account a SET company_id = o.company_id FROM account o WHERE a.id = :account AND o.id = :new
""")
Do = Callable[[], Awaitable[Answer]]
Take = Callable[[Session, Front], None]


def grants(session: Session, front: Front) -> None:
    """Anna is an administrator no more."""
    session.execute(_NO_GRANTS, {"who": front.id_of(ANNA)})


def person(session: Session, front: Front) -> None:
    """Anna is frozen."""
    _freeze(session, Subject(person_id=front.id_of(ANNA)))


def account(session: Session, _: Front) -> None:
    """Everything on the account is frozen."""
    _freeze(session, Subject(account_id=OFFICE.id))


def owner(session: Session, _: Front) -> None:
    """The account is another company's."""
    session.execute(_SOLD, {"account": OFFICE.id, "new": OTHER.id})


def _freeze(session: Session, subject: Subject) -> None:
    code = FreezeReason.CREDENTIAL_STOLEN
    suspensions.freeze(session, subject, code, actor=ANN, note="Helistas")


async def ends(front: Front) -> Do:
    id_ = str(subscription(front.database))
    digest = (await preview(front, id_, ANNA)).json()["digest"]
    seen = {"preview": digest, "reason": "customer"}
    return lambda: act(front, id_, "end", ANNA, seen)


async def calls_off(front: Front) -> Do:
    id_ = str(subscription(front.database))
    assert (await end(front, id_, ANNA)).status_code == 200
    return lambda: act(front, id_, "end/cancel", ANNA)


async def opens(front: Front) -> Do:
    id_ = subscription(front.database)
    await suspend(front, id_, ANNA)
    return lambda: resume(front, id_, ANNA)


async def withdraws(front: Front) -> Do:
    id_ = await offered(front, FIBRE, ANNA)
    return lambda: act(front, id_, "withdraw", ANNA)


async def starts(front: Front) -> Do:
    return lambda: start(front, FIBRE, ANNA)


TAKEN = [grants, person, account, owner]
# Another owner's account has no grants of the one before: that is the first row.
ACTS = [
    *((does, take) for does in (ends, calls_off, opens, withdraws) for take in TAKEN),
    *((starts, take) for take in (grants, person, account)),
]


def written(database: Database) -> list[tuple[object, ...]]:
    found = rows(database, "SELECT id, state, version FROM contract ORDER BY id")
    return [tuple(each) for each in found]


@pytest.mark.parametrize(("does", "take"), ACTS)
async def test_contract_12_nobody_acts_on_what_is_being_taken_away(
    front: Front, does: Callable[[Front], Awaitable[Do]], take: Take
) -> None:
    give(front.database, ANNA, OFFICE, "administrator")
    do = await does(front)
    before = written(front.database)

    with front.database.transaction() as session:
        take(session, front)
        asked = asyncio.ensure_future(do())
        await asyncio.to_thread(wait_until_blocked, front.database)
    answer = await asked

    assert answer.json()["code"] in {"contract_refused", "not_found", "not_permitted"}
    assert written(front.database) == before


@pytest.mark.parametrize("take", TAKEN)
async def test_contract_12_nothing_is_taken_away_before_what_rests_on_it_is_written(
    front: Front, take: Take
) -> None:
    give(front.database, ANNA, OFFICE, "administrator")
    id_, anna = subscription(front.database), front.id_of(ANNA)

    def taking() -> None:
        with front.database.transaction() as session:
            take(session, front)

    with ThreadPoolExecutor() as threads:
        with front.database.transaction() as session:
            contract, sight = locking.locked_contract(session, id_, anna)
            taken = threads.submit(taking)
            wait_until_blocked(front.database)
        taken.result(PATIENCE)

    assert contract.owner_id == sight.owner_id
    assert sight.may_end(contract)


def left(session: Session, front: Front) -> None:
    """Mari has left the board: she represents the company no more."""
    session.execute(_NO_GRANTS, {"who": front.id_of(MARI)})


def frozen(session: Session, front: Front) -> None:
    """Mari is frozen."""
    _freeze(session, Subject(person_id=front.id_of(MARI)))


@pytest.mark.parametrize("take", [left, frozen, account, owner])
async def test_contract_4_nobody_agrees_for_a_company_that_they_are_just_losing(
    front: Front, take: Take
) -> None:
    """Between the offer and her word she leaves the board, or is frozen: it binds nobody."""
    id_ = await offered(front, FIBRE)
    asked_for = await seen(front, id_)
    before = written(front.database)

    with front.database.transaction() as session:
        take(session, front)
        asked = asyncio.ensure_future(act(front, id_, "confirm", MARI, asked_for))
        await asyncio.to_thread(wait_until_blocked, front.database)
    answer = await asked

    assert answer.status_code in {403, 404, 409}, answer.text
    assert written(front.database) == before
    assert rows(front.database, "SELECT FROM contract_agreement") == []
