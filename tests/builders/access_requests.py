"""Access requests in the database: made, answered, and what there is of them."""

from typing import Any
from uuid import UUID, uuid4

from domain.access.permissions import Permission
from domain.access_requests.asking import Approval, AskedOf, Wish
from domain.access_requests.request_rules import RequestRules
from domain.delegations import terms
from domain.identifiers import PersonKey
from services.parties.people import ensure_person
from storage.access_requests import answering, asking, reach, sweep
from storage.access_requests.answering import Approving
from storage.access_requests.asking import Asking
from storage.accounts.accounts import AccountFacts
from storage.database import Database, Session
from tests.builders.days import ZONE
from tests.builders.delegations import (
    RULES,
    actor,
)
from tests.builders.rows import carry_out, rows

REQUESTS = RequestRules()
PAYING = frozenset({Permission.INVOICE_PAY, Permission.INVOICE_VIEW})


def wish(*permissions: Permission, **more: Any) -> Wish:
    """What an applicant wants: to see and pay invoices, unless a test names something else."""
    return Wish(terms.COMPOSED, frozenset(permissions) or PAYING, **more)


def asked(
    database: Database,
    applicant: PersonKey,
    of: AskedOf,
    wanted: Wish | None = None,
    *,
    message: str = "",
    rules: RequestRules = REQUESTS,
) -> UUID:
    """Ask for access; returns the id of the request."""
    request = Asking(uuid4(), ensure_person(database, applicant), of, wanted or wish(), message)
    by = actor(database, applicant)
    with database.transaction() as session:
        assert asking.ask(session, request, rules, ZONE, actor=by)
    return request.id


class Answers:
    """Answers to one request, each for a transaction of its own."""

    def __init__(self, database: Database, request_id: UUID, on: AccountFacts) -> None:
        self._database, self._id, self._on = database, request_id, on

    def approve(self, session: Session, who: PersonKey, approval: Approval | None = None) -> None:
        who_id = ensure_person(self._database, who)
        reached = reach.accounts_of(session.connection(), self._id, who_id)
        (account,) = [each for each in reached if each.id == self._on.id]
        approving = Approving(self._id, uuid4(), uuid4(), who_id, account, approval or Approval())
        answering.approve(session, approving, RULES, actor=actor(self._database, who))

    def decline(self, session: Session, who: PersonKey) -> None:
        who_id = ensure_person(self._database, who)
        reached = reach.accounts_of(session.connection(), self._id, who_id)
        by = actor(self._database, who)
        answering.decline(session, self._id, who_id, reached, actor=by)

    def withdraw(self, session: Session, who: PersonKey) -> None:
        answering.withdraw(session, self._id, actor=actor(self._database, who))


def swept(database: Database) -> None:
    """Tell those who could give, and let lapse what nobody answered in time."""
    for work in (sweep.tell, sweep.lapse):
        with database.transaction() as session:
            work(session)


def let_time_pass(database: Database, request_id: UUID, days: int) -> None:
    """Move a request so many days into the past."""
    carry_out(
        database,
        "UPDATE access_request SET created_at = created_at - make_interval(days => :days),"
        " lapses_at = lapses_at - make_interval(days => :days),"
        " closed_at = closed_at - make_interval(days => :days) WHERE id = :id",
        days=days,
        id=request_id,
    )


def state_of(database: Database, request_id: UUID) -> str:
    """The stored state of a request."""
    (row,) = rows(database, "SELECT state FROM access_request WHERE id = :id", id=request_id)
    state: str = row.state
    return state


def told(database: Database, kind: str = "access_requested") -> dict[str, UUID | None]:
    """Who has a notice of this kind, by personal code, and the account that it names."""
    found = rows(
        database,
        "SELECT p.code, n.account_id FROM notice n JOIN person p ON p.id = n.person_id"
        " WHERE n.kind = :kind",
        kind=kind,
    )
    return {row.code: row.account_id for row in found}


def about_requests(database: Database) -> list[str]:
    """The events of access requests, oldest first."""
    found = rows(database, "SELECT kind FROM event WHERE kind LIKE 'access_request:%' ORDER BY id")
    return [row.kind.removeprefix("access_request:") for row in found]
