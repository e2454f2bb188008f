"""Customers with board members who are administrators by their register state."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count, islice
from uuid import UUID, uuid4

from sqlalchemy import text

from benchmarks.place import vacuum
from domain.audit import Actor, ActorKind
from domain.identifiers import CompanyKey, PersonKey
from domain.registry.register import Capacity, CompanyStatus, Holder, RegisterState
from simulators.register.people import People
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.database import Database
from storage.parties import upsert
from storage.registry import align_grants, register_states

_ACTOR = Actor(ActorKind.SYSTEM, "benchmarks")
_MEMBERS = 2
Board = Callable[[str, Iterable[PersonKey]], RegisterState]
"""Returns what the register says of the company with this code and these board members."""


@dataclass(frozen=True)
class Access:
    """A grant in force, and the person and account to check it with."""

    grant_id: UUID
    account_id: UUID
    person_id: UUID
    code: str
    """The person's personal code."""


def take_on(database: Database, codes: Iterable[str]) -> None:
    """Make these Estonian companies customers, with one account each."""
    facts = [AccountFacts(uuid4(), f"R-{code}", code, CompanyKey("EE", code)) for code in codes]
    with database.transaction() as session:
        put_accounts(session, facts, actor=_ACTOR)


def settle(
    database: Database,
    accounts: int,
    board: Board | None = None,
) -> list[Access]:
    """Create customers with two board members each; returns all their grants.

    ``board``: what the register says of the two; None: each may act alone.
    """
    people = estonians()
    codes = (str(10_000_000 + number) for number in range(accounts))
    states = [(board or sole_board)(code, islice(people, _MEMBERS)) for code in codes]
    take_on(database, [state.company.code for state in states])
    with database.transaction() as session:
        ids = upsert.company_ids(session, [state.company for state in states])
        register_states.lock(session, list(ids.values()))
        register_states.record_states(session, {ids[s.company]: s for s in states}, actor=_ACTOR)
        align_grants.align(session, ids.values(), actor=_ACTOR)
    vacuum(database)
    with database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT g.id, g.account_id, g.person_id, p.code FROM access_grant g"
                " JOIN person p ON p.id = g.person_id ORDER BY g.id"
            )
        )
        return [Access(*row) for row in rows]


def estonians() -> Iterator[PersonKey]:
    """Return invented people, each another one; always in the same order."""
    people = (People(1).at(number) for number in count())
    return (PersonKey("EE", each.code) for each in people if each.country == "EST")


def sole_board(code: str, members: Iterable[PersonKey]) -> RegisterState:
    """Return the register state of a company whose board members each act alone."""
    return _company(code, [board_member(each) for each in members])


def joint_board(code: str, members: Iterable[PersonKey]) -> RegisterState:
    """Return the register state of a company whose board members act only all together."""
    entries = [replace(board_member(each), acts_alone=False) for each in members]
    return replace(_company(code, entries), groups=(tuple(entries),))


def _company(code: str, holders: Iterable[Holder]) -> RegisterState:
    return RegisterState(
        CompanyKey("EE", code),
        name=f"Näidis {code} OÜ",
        status=CompanyStatus.ACTIVE,
        legal_form="OÜ",
        form_confers=True,
        holders=tuple(holders),
        as_of=datetime.now(UTC),
        register_service="benchmarks",
    )


def board_member(person: PersonKey) -> Holder:
    """Return a holder who acts alone."""
    return Holder(person, "Näidis", "JUHL", Capacity.BOARD, acts_alone=True)
