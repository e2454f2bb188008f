"""The product's side of a world of delegations: what its functions do, and what its checks say."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from domain.access.decisions import decide
from domain.access.permissions import Permission
from domain.audit import Actor, ActorKind
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefused
from domain.delegations.states import DelegationEnd
from domain.delegations.terms import COMPOSED, Terms
from domain.identifiers import PersonKey
from domain.rates import Rate
from services.delegations.authority import require_manager
from services.errors import NotFound
from services.parties.people import ensure_person
from storage.access import grant_queries
from storage.accounts.accounts import AccountFacts
from storage.database import Database, Session
from storage.delegations import acceptance, answers, ends, narrowing, offers
from storage.delegations.ends import Ended
from storage.delegations.offering import Offer, Renewal
from tests.builders import days
from tests.builders.company_suspensions import deleted
from tests.builders.days import ZONE
from tests.builders.delegations import Given
from tests.builders.register_states import company, sole, state, together
from tests.builders.rows import account, put, put_service, rows, service, store_states
from tests.oracles.delegated_access import Gives

P = Permission
ENDLESS = Rate(10**6, timedelta(days=1))
RULES = OfferRules(ZONE, per_giver=ENDLESS, open_per_receiver=10**6)
GIVEN = (P.INVOICE_PAY, P.INVOICE_VIEW, P.SIM_VIEW, P.ACCESS_MANAGE)
"""Permissions that are given and compared."""
Access = tuple[PersonKey, UUID, UUID | None, Permission]
"""Who may do what on which account, or on which service of it."""
PREVIEW = Actor(ActorKind.ENGINE, "preview")
_NUMBERS = count(1)

BROKEN = """
SELECT g.id FROM access_grant g
JOIN account a ON a.id = g.account_id
LEFT JOIN delegation d ON d.id = g.delegation_id AND d.account_id = g.account_id
LEFT JOIN delegation_version v ON v.id = g.proof AND v.delegation_id = d.id
LEFT JOIN delegation p ON p.id = d.parent_id
LEFT JOIN delegation_version w ON w.delegation_id = p.id AND w.state = 'accepted'
WHERE g.origin = 'delegation' AND upper(g.validity) > clock_timestamp() AND NOT COALESCE(
    a.status = 'active' AND d.ended_at IS NULL AND d.accepted_at IS NOT NULL
    AND d.receiver_id = g.person_id AND v.state = 'accepted' AND v.number = d.version
    AND g.permissions <@ v.permissions AND lower(g.validity) >= d.starts_at
    AND upper(g.validity) <= d.ends_at AND CASE
        WHEN g.service_id IS NULL THEN v.service_ids = '{}'
        ELSE g.service_id = ANY(v.service_ids) END
    AND CASE WHEN d.parent_id IS NULL
        THEN v.basis->>'kind' IN ('register', 'joint', 'owner') AND g.passed_on_by IS NULL
        ELSE v.basis->>'kind' = 'delegation' AND g.passed_on_by = p.receiver_id
            AND p.ended_at IS NULL AND p.parent_id IS NULL AND w.may_pass_on
            AND v.from_day >= w.from_day AND v.through_day <= w.through_day
            AND EXISTS (
                SELECT FROM access_grant h WHERE h.delegation_id = p.id AND h.proof = w.id
                  AND h.permissions @> g.permissions AND h.person_id = g.passed_on_by
                  AND (h.service_id IS NULL OR h.service_id = g.service_id)
                  AND h.validity @> g.validity * tstzrange(clock_timestamp(), NULL))
        END, false)
"""
"""Grants that give access, or will, although their chain of authority is broken somewhere."""


class ProductWorld:
    """A company's account with two services and a private one, new for each example."""

    def __init__(self, database: Database, people: Sequence[PersonKey]) -> None:
        """The first of these people is the company's board, the last owns the private account."""
        self.database, self._people = database, people
        self.firm = company(next(_NUMBERS))
        self._said = count()
        self.office = account(self.firm, next(_NUMBERS))
        self.own = account(people[-1], next(_NUMBERS))
        put(database, self.office, self.own)
        self.services = [service(next(_NUMBERS), self.office, kind="router") for _ in range(2)]
        put_service(database, *self.services)
        self.register_names(people[:1])

    def register_names(self, board: Iterable[PersonKey]) -> None:
        """Let the register name these people, each of whom may act alone."""
        said = state(*map(sole, board), of=self.firm, minute=next(self._said))
        store_states(self.database, said)

    def register_names_together(self, board: Iterable[PersonKey]) -> None:
        """Let the register name these people, who may act only all together."""
        said = together(*board, of=self.firm, minute=next(self._said))
        store_states(self.database, said)

    def register_deletes(self) -> None:
        """Let the register say that the company is deleted."""
        store_states(self.database, deleted(next(self._said), self.firm))

    def gives(self, ahead: int) -> set[Access]:
        """Return everything that the check allows anybody on these accounts, days ahead."""
        at = datetime.now(UTC) + timedelta(days=ahead) if ahead else None
        with self.database.reading() as connection:
            return {
                (who, account.id, service, permission)
                for account in (self.office, self.own)
                for who in self._people
                for held in [grant_queries.held(connection, who, account.id, at)]
                for service in self.scopes(account)
                for permission in GIVEN
                if decide(permission, held, service).allowed
            }

    def scopes(self, account: AccountFacts) -> list[UUID | None]:
        """Return the account as a whole, and each of its services."""
        return [None, *(each.id for each in self.services if each.account_id == account.id)]

    def broken(self) -> list[UUID]:
        """Return grants without a living chain."""
        return [row.id for row in rows(self.database, BROKEN)]

    def offer(
        self, who: PersonKey, to: PersonKey, on: AccountFacts, terms: Terms, parent: UUID | None
    ) -> Given | None:
        """Offer a delegation; None: it was refused."""
        given = Given(uuid4(), uuid4())
        wanted = Offer(*given, on.id, self.id_of(who), to, terms, parent)
        by = self.actor_of(who)
        done = self.done(lambda session: offers.offer(session, wanted, RULES, actor=by))
        return given if done else None

    def renew(self, who: PersonKey, delegation_id: UUID, terms: Terms) -> Given | None:
        """Offer new terms; None: that was refused."""
        wanted, by = Renewal(delegation_id, uuid4(), self.id_of(who), terms), self.actor_of(who)
        done = self.done(lambda session: offers.renew(session, wanted, RULES, actor=by))
        return Given(delegation_id, wanted.version_id) if done else None

    def accept(self, who: PersonKey, version_id: UUID) -> bool:
        """Accept; False: refused."""
        id_, by = self.id_of(who), self.actor_of(who)
        return self.done(
            lambda session: acceptance.accept(session, version_id, id_, RULES, actor=by)
        )

    def decline(self, who: PersonKey, version_id: UUID) -> bool:
        """Decline; False: there is nothing to decline."""
        id_, by = self.id_of(who), self.actor_of(who)
        return self.done(lambda session: answers.decline(session, version_id, id_, actor=by))

    def withdraw(self, who: PersonKey, given: Given) -> bool:
        """Withdraw an offer; False: refused."""
        by = self.actor_of(who)

        def act(session: Session) -> object:
            require_manager(session, given.id, self.id_of(who))
            return answers.withdraw(session, given.version_id, actor=by)

        return self.done(act)

    def narrow(self, who: PersonKey, delegation_id: UUID, terms: Terms) -> bool:
        """Narrow; False: refused."""
        by = self.actor_of(who)

        def act(session: Session) -> object:
            require_manager(session, delegation_id, self.id_of(who))
            return narrowing.narrow(session, delegation_id, terms, RULES, actor=by)

        return self.done(act)

    def revoke(self, who: PersonKey, delegation_id: UUID) -> Ended | None:
        """Take back; None: refused."""
        with self.database.transaction() as session:
            try:
                require_manager(session, delegation_id, self.id_of(who))
            except NotFound:
                return None
            how = DelegationEnd.REVOKED
            return ends.end(session, [delegation_id], how, actor=self.actor_of(who))

    def waive(self, who: PersonKey, delegation_id: UUID) -> Ended:
        """Give up."""
        with self.database.transaction() as session:
            how = DelegationEnd.WAIVED
            return ends.end(session, [delegation_id], how, actor=self.actor_of(who))

    def preview(self, delegation_id: UUID) -> Ended:
        """Return what would end, as ``GET …/cascade`` does."""
        with self.database.trial() as session:
            return ends.end(session, [delegation_id], DelegationEnd.REVOKED, actor=PREVIEW)

    def lapse(self, version_ids: Iterable[UUID]) -> None:
        """Let the ceremonies of these offers do what is due."""
        self.done(lambda session: answers.lapse(session, version_ids, actor=PREVIEW))

    def done(self, act: Callable[[Session], object]) -> bool:
        try:
            with self.database.transaction() as session:
                return act(session) is not False
        except (DelegationRefused, NotFound):
            return False

    def id_of(self, who: PersonKey) -> UUID:
        return ensure_person(self.database, who)

    def actor_of(self, who: PersonKey) -> Actor:
        return Actor(ActorKind.PERSON, str(self.id_of(who)))


def terms_of(gives: Gives, today: int) -> Terms:
    """Return terms whose days are counted from a day that is ``today``."""
    zero = days.today() - timedelta(days=today)
    first, last = (zero + timedelta(days=day) for day in (gives.first, gives.last))
    permissions = frozenset(map(Permission, gives.permissions))
    services = frozenset(each for each in gives.services if isinstance(each, UUID))
    return Terms(COMPOSED, permissions, services, first, last, gives.pass_on)
