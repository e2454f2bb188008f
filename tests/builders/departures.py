"""Reviews that follow a departure, in the database: opened by the register, looked at, over."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.delegations.departures import STANDARD, DepartureRules
from domain.identifiers import PersonKey
from domain.registry.register import Holder, RegisterState
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from storage.delegations import confirmations, departure_queries, departures
from storage.parties import upsert
from storage.registry import acting, align_grants, register_states
from storage.registry.align_grants import Alignment
from tests.builders.days import ZONE
from tests.builders.delegations import (
    OFFICE,
    Given,
    actor,
)
from tests.builders.register_states import sole, state
from tests.builders.rows import ENGINE, REGISTER, carry_out, rows


def board(
    database: Database,
    *people: PersonKey | Holder,
    minute: int = 1,
    rules: DepartureRules = STANDARD,
) -> Alignment:
    """The register names this board of Kuusk; people act alone. Access is aligned with it."""
    holders = [each if isinstance(each, Holder) else sole(each) for each in people]
    return said(database, state(*holders, minute=minute), rules)


def said(database: Database, new: RegisterState, rules: DepartureRules = STANDARD) -> Alignment:
    """The register says this, and access is aligned with it under these rules."""
    with database.transaction() as session:
        (firm,) = upsert.company_ids(session, [new.company]).values()
        register_states.lock(session, [firm])
        register_states.record_states(session, {firm: new}, actor=REGISTER)
        return align_grants.align(session, [firm], on_departure=rules, actor=REGISTER)


def unaligned(database: Database, new: RegisterState) -> None:
    """The register said this, and access is not aligned with it yet."""
    with database.transaction() as session:
        (firm,) = upsert.company_ids(session, [new.company]).values()
        register_states.lock(session, [firm])
        register_states.record_states(session, {firm: new}, actor=REGISTER)


def reviews(database: Database) -> list[str]:
    """The states of all reviews, oldest first."""
    found = rows(database, "SELECT state FROM departure_review ORDER BY opened_at, id")
    return [row.state for row in found]


def review_id(database: Database) -> UUID:
    """The review that was opened last."""
    found = rows(database, "SELECT id FROM departure_review ORDER BY opened_at DESC, id LIMIT 1")
    id_: UUID = found[0].id
    return id_


def looked(
    database: Database, rules: DepartureRules = STANDARD, of: UUID | None = None
) -> timedelta | None:
    """Do what is due of a review, the last one unless said otherwise."""
    with database.transaction() as session:
        which = (of or review_id(database), rules, ZONE, acting.can_act)
        return departures.proceed(session, *which, actor=ENGINE)


def closes_in(database: Database, left: timedelta) -> None:
    """Move open reviews so that they close after ``left``, as if opened earlier."""
    carry_out(
        database,
        "UPDATE departure_review SET closes_at = clock_timestamp() + :left WHERE state = 'open'",
        left=left,
    )


def confirmed(database: Database, by: PersonKey, *given: Given) -> Sequence[UUID]:
    """A representative confirms what was given."""
    ids, who = [each.id for each in given], actor(database, by)
    with database.transaction() as session:
        return confirmations.confirm(session, OFFICE.id, ids, actor=who)


def open_on(
    database: Database, account: AccountFacts = OFFICE
) -> list[departure_queries.OpenDepartureReview]:
    with database.reading() as connection:
        return departure_queries.open_on(connection, account.id)


def told(database: Database) -> list[tuple[str, str]]:
    """Whom reviews were told, and the occasion: its kind, and days before the end if a reminder."""
    found = rows(
        database,
        "SELECT p.code, n.kind, n.occasion FROM notice n JOIN person p ON p.id = n.person_id"
        " WHERE n.kind LIKE 'review_%' ORDER BY n.created_at, p.code",
    )
    return [(row.code, " ".join([row.kind[7:], *row.occasion.split()[1:]])) for row in found]


def stuck(database: Database) -> list[Any]:
    """What of reviews is in the list of stuck items, closed or not."""
    return rows(
        database,
        "SELECT k.kind, k.code, k.state, k.resolution, k.account_id, p.waits_for FROM stuck k"
        " JOIN process p ON p.id = k.process_id WHERE k.process = 'departure_review'",
    )
