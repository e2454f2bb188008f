"""Delegations in the database: offered, accepted, passed on; and what there is of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from domain.audit import Actor, ActorKind
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefused
from domain.delegations.states import DelegationEnd
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from services.parties.people import ensure_person
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from storage.delegations import acceptance, ends, narrowing, offers
from storage.delegations.ends import Ended
from storage.delegations.narrowing import Narrowed
from storage.delegations.offering import Offer, Renewal
from tests.builders import delegation_terms
from tests.builders.days import DAY, ZONE, today
from tests.builders.people import JAAN, MARI, PEETER, TIIU
from tests.builders.register_states import KUUSK, TAMM, sole, state, together
from tests.builders.rows import account, put, put_service, rows, service, store_states

RULES = OfferRules(ZONE)


OFFICE, OWN, OTHER = account(KUUSK, 1), account(PEETER, 2), account(TAMM, 3)
PHONE, ROUTER = service(1, OFFICE), service(2, OFFICE, kind="router")
FOREIGN = service(3, OTHER)


def set_up_customers(database: Database) -> None:
    """Mari represents Kuusk alone; Tiiu and Jaan represent Tamm together; Peeter has his own."""
    put(database, OFFICE, OWN, OTHER)
    put_service(database, PHONE, ROUTER, FOREIGN)
    store_states(database, state(sole(MARI)))
    store_states(database, together(TIIU, JAAN, of=TAMM))


class Given(NamedTuple):
    """A delegation, and the version of it that was offered last."""

    id: UUID
    version_id: UUID


def terms(*permissions: Any, **more: Any) -> Terms:
    """Terms from today on; ``first`` and ``last`` are numbers of days from today."""
    first = today() + more.pop("first", 0) * DAY
    last = today() + more.pop("last", 30) * DAY
    return delegation_terms.terms(*permissions, first=first, last=last, **more)


def actor(database: Database, who: PersonKey) -> Actor:
    return Actor(ActorKind.PERSON, str(ensure_person(database, who)))


def offered(
    database: Database,
    giver: PersonKey,
    receiver: PersonKey,
    on: AccountFacts,
    wanted: Terms | None = None,
    *,
    parent: UUID | None = None,
    rules: OfferRules = RULES,
) -> Given:
    """Offer a delegation."""
    given = Given(uuid4(), uuid4())
    giver_id = ensure_person(database, giver)
    offer = Offer(*given, on.id, giver_id, receiver, wanted or terms(), parent)
    with database.transaction() as session:
        offers.offer(session, offer, rules, actor=actor(database, giver))
    return given


def renewed(database: Database, delegation: Given, giver: PersonKey, wanted: Terms) -> Given:
    """Offer new terms of a delegation."""
    version_id = uuid4()
    renewal = Renewal(delegation.id, version_id, ensure_person(database, giver), wanted)
    with database.transaction() as session:
        assert offers.renew(session, renewal, RULES, actor=actor(database, giver))
    return Given(delegation.id, version_id)


def accepted(database: Database, delegation: Given, receiver: PersonKey) -> Given:
    """Accept what was offered last."""
    receiver_id = ensure_person(database, receiver)
    by = actor(database, receiver)
    with database.transaction() as session:
        assert acceptance.accept(session, delegation.version_id, receiver_id, RULES, actor=by)
    return delegation


def given(
    database: Database,
    giver: PersonKey,
    receiver: PersonKey,
    on: AccountFacts,
    wanted: Terms | None = None,
    *,
    parent: UUID | None = None,
) -> Given:
    """Offer a delegation, and accept it."""
    new = offered(database, giver, receiver, on, wanted, parent=parent)
    return accepted(database, new, receiver)


def revoked(
    database: Database,
    delegation: Given,
    by: PersonKey,
    how: DelegationEnd = DelegationEnd.REVOKED,
) -> Ended:
    by_whom = actor(database, by)
    with database.transaction() as session:
        return ends.end(session, [delegation.id], how, actor=by_whom)


def narrowed(database: Database, delegation: Given, by: PersonKey, wanted: Terms) -> Narrowed:
    by_whom = actor(database, by)
    with database.transaction() as session:
        done = narrowing.narrow(session, delegation.id, wanted, RULES, actor=by_whom)
    assert done is not None
    return done


@contextmanager
def refused(*refusals: str) -> Iterator[None]:
    """Expect exactly these refusals."""
    with pytest.raises(DelegationRefused) as found:
        yield
    assert found.value.refusals == refusals


class DelegatedGrant(NamedTuple):
    """A delegated grant that has not ended, in a form that tests can compare."""

    delegation: UUID
    person: str
    service: UUID | None
    permissions: frozenset[str]


def grants_of(database: Database) -> list[DelegatedGrant]:
    """Every delegated grant that gives access now or will, by delegation."""
    found = rows(
        database,
        "SELECT g.delegation_id, p.code, g.service_id, g.permissions FROM access_grant g"
        " JOIN person p ON p.id = g.person_id WHERE g.origin = 'delegation'"
        " AND upper(g.validity) > clock_timestamp() ORDER BY g.delegation_id, g.service_id",
    )
    return [
        DelegatedGrant(row.delegation_id, row.code, row.service_id, frozenset(row.permissions))
        for row in found
    ]


def delegated_to(database: Database, *people: PersonKey) -> Sequence[str]:
    """The codes of those of these people who have delegated access, now or later."""
    holding = {grant.person for grant in grants_of(database)}
    return [who.code for who in people if who.code in holding]


def state_of(database: Database, delegation: Given) -> tuple[str, str | None]:
    """The stored state of a delegation, and the code of why it is over."""
    (row,) = rows(
        database,
        "SELECT state, ended_reason->>'code' AS why FROM delegation WHERE id = :id",
        id=delegation.id,
    )
    return row.state, row.why


def known(database: Database, who: PersonKey) -> bool:
    """Whether the database has a row for this person."""
    asked = {"country": who.country, "code": who.code}
    found = rows(database, "SELECT FROM person WHERE country = :country AND code = :code", **asked)
    return bool(found)


def about_delegations(database: Database) -> list[str]:
    """The events of delegations, oldest first."""
    found = rows(database, "SELECT kind FROM event WHERE kind LIKE 'delegation:%' ORDER BY id")
    return [row.kind.removeprefix("delegation:") for row in found]
