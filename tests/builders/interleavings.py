"""Changes of delegations in transactions that wait for each other, in an order that is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4

from domain.accounts import AccountStatus
from domain.delegations.refusals import DelegationRefused
from domain.delegations.states import DelegationEnd
from domain.identifiers import CompanyKey, PersonKey
from domain.people.erasure import ErasureGround
from services.parties.people import ensure_person
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.accounts.services import put_services
from storage.database import Database, Session
from storage.delegations import acceptance, answers, ends, narrowing, offers
from storage.delegations.offering import Offer
from storage.parties import upsert
from storage.people import erasure
from storage.registry import align_grants, register_states
from tests.builders.company_suspensions import deleted
from tests.builders.delegations import (
    OFFICE,
    RULES,
    Given,
    actor,
    terms,
)
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import (
    BILLING,
    REGISTER,
    rows,
    service,
    wait_until_blocked,
    wait_until_blocked_unless,
)
from tests.fixtures.patience import PATIENCE

Change = Callable[[Session], object]


def meet(database: Database, first: Change, second: Change) -> object:
    """Commit ``first`` while ``second`` waits for it; returns what that gave or raised."""

    def beside() -> object:
        with database.transaction() as session:
            return second(session)

    with ThreadPoolExecutor() as threads:
        with database.transaction() as session:
            first(session)
            other = threads.submit(beside)
            wait_until_blocked(database)
        with suppress(DelegationRefused):
            return other.result(PATIENCE)
        return other.exception()


class Acts:
    """Changes that somebody makes, each for a transaction of its own."""

    def __init__(
        self,
        database: Database,
        office: AccountFacts = OFFICE,
        firm: CompanyKey = KUUSK,
        minute: int = 1,
    ) -> None:
        """On the account of this company, of which the register says more at this minute."""
        self._database = database
        self._office = office
        self._firm = firm
        self._minute = minute

    def offer(self, giver: PersonKey, to: PersonKey, parent: UUID | None = None) -> Change:
        giver_id, by = ensure_person(self._database, giver), actor(self._database, giver)
        offer = Offer(uuid4(), uuid4(), self._office.id, giver_id, to, terms(), parent)
        return lambda session: offers.offer(session, offer, RULES, actor=by)

    def accept(self, delegation: Given, who: PersonKey) -> Change:
        who_id, by = ensure_person(self._database, who), actor(self._database, who)
        version = delegation.version_id
        return lambda session: acceptance.accept(session, version, who_id, RULES, actor=by)

    def decline(self, delegation: Given, who: PersonKey) -> Change:
        who_id, by = ensure_person(self._database, who), actor(self._database, who)
        version = delegation.version_id
        return lambda session: answers.decline(session, version, who_id, actor=by)

    def withdraw(self, delegation: Given, who: PersonKey) -> Change:
        by = actor(self._database, who)
        return lambda session: answers.withdraw(session, delegation.version_id, actor=by)

    def end(self, delegation: Given, who: PersonKey, how: str = "revoked") -> Change:
        by = actor(self._database, who)
        return lambda session: ends.end(session, [delegation.id], DelegationEnd(how), actor=by)

    def narrow(self, delegation: Given, who: PersonKey, *, may_pass_on: bool = True) -> Change:
        by, narrower = actor(self._database, who), terms(last=3, may_pass_on=may_pass_on)
        return lambda session: narrowing.narrow(session, delegation.id, narrower, RULES, actor=by)

    def erase(self, who: PersonKey) -> Change:
        who_id = ensure_person(self._database, who)
        about = (who_id, next(iter(ErasureGround)))
        return lambda session: erasure.erase(session, *about, actor=BILLING)

    def replace_board(self, *board: PersonKey) -> Change:
        """The register names another board, and access is aligned with it."""

        def change(session: Session) -> object:
            (firm,) = upsert.company_ids(session, [self._firm]).values()
            said = {firm: state(*map(sole, board), of=self._firm, minute=self._minute)}
            register_states.lock(session, [firm])
            register_states.record_states(session, said, actor=REGISTER)
            return align_grants.align(session, [firm], actor=REGISTER)

        return change

    def delete_company(self) -> Change:
        """The register says that the company is deleted, and access is aligned with that."""

        def change(session: Session) -> object:
            (firm,) = upsert.company_ids(session, [self._firm]).values()
            register_states.lock(session, [firm])
            said = {firm: deleted(self._minute, self._firm)}
            register_states.record_states(session, said, actor=REGISTER)
            return align_grants.align(session, [firm], actor=REGISTER)

        return change

    def close_account(self) -> Change:
        closed = replace(self._office, status=AccountStatus.CLOSED)
        return lambda session: put_accounts(session, [closed], actor=BILLING)

    def end_phone(self) -> Change:
        ended = service(1, OFFICE, status="ended")
        return lambda session: put_services(session, [ended], actor=BILLING)


BROKEN = """
SELECT g.id FROM access_grant g
JOIN delegation d ON d.id = g.delegation_id JOIN account a ON a.id = g.account_id
LEFT JOIN delegation p ON p.id = d.parent_id
WHERE upper(g.validity) > clock_timestamp()
  AND (d.ended_at IS NOT NULL OR p.ended_at IS NOT NULL OR a.status <> 'active'
       OR d.accepted_at IS NULL OR g.person_id <> d.receiver_id
       OR EXISTS (SELECT FROM access_grant other WHERE other.id <> g.id
                  AND other.delegation_id = g.delegation_id
                  AND other.service_id IS NOT DISTINCT FROM g.service_id
                  AND upper(other.validity) > clock_timestamp()))
"""
LEFT_OPEN = """
SELECT d.id FROM delegation d JOIN delegation p ON p.id = d.parent_id
WHERE d.ended_at IS NULL AND p.ended_at IS NOT NULL
"""


def assert_whole(database: Database) -> None:
    """No grant and no delegation is left without what it rests on."""
    assert rows(database, BROKEN) == []
    assert rows(database, LEFT_OPEN) == []


def overlap(database: Database, first: Change, second: Change) -> None:
    """Commit ``first`` once ``second`` waits for it, or is done."""

    def beside() -> None:
        with suppress(DelegationRefused), database.transaction() as session:
            second(session)

    with ThreadPoolExecutor() as threads, suppress(DelegationRefused):
        with database.transaction() as session:
            first(session)
            other = threads.submit(beside)
            assert wait_until_blocked_unless(database, other.done) or other.done()
        other.result(PATIENCE)
