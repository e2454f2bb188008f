"""Decide whether a person may do something on an account."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.access.bars import reason_of
from domain.access.decisions import Decision, decide
from domain.access.grants import Grant
from domain.access.permissions import Permission
from domain.access.suspensions import Suspension
from domain.delegations.chains import Reader, is_delegated
from domain.identifiers import PersonKey
from domain.reasons import Reason
from services.delegations.chains import Chain, chains
from storage.access import bar_queries, grant_queries, suspension_queries
from storage.access.grant_queries import Ended
from storage.database import Connection, Database


def check_with_chains(
    database: Database,
    person: UUID | PersonKey,
    permission: Permission,
    account_id: UUID,
    reader: Callable[[Connection], Reader],
    *,
    service_id: UUID | None = None,
    at: datetime | None = None,
) -> tuple[Decision, dict[UUID, Chain]]:
    """Decide as ``check`` does, and return the chain behind each delegated grant that allows it.

    The usual yes takes one statement. What says more of itself than the grants is decided again
    with it, so that a no and its reasons, or a yes and its chains, are of one moment.
    """
    with database.single_read() as connection:
        held, following = grant_queries.held_and_following(connection, person, account_id, at)
    decision = decide(permission, held, service_id, following)
    if decision.allowed and not any(is_delegated(why) for why in decision.reasons):
        return decision, {}
    with database.reading() as connection:
        decision = check(connection, person, permission, account_id, service_id=service_id, at=at)
        return decision, chains_behind(connection, [decision], reader)


def check(
    connection: Connection,
    person: UUID | PersonKey,
    permission: Permission,
    account_id: UUID,
    *,
    service_id: UUID | None = None,
    at: datetime | None = None,
) -> Decision:
    """Decide about one permission, now or at the past moment ``at``.

    A no also says what is frozen or, where no access is in force, why the last grant ended and
    whether proved numbers give none.
    """
    held, following = grant_queries.held_and_following(connection, person, account_id, at)
    decision = decide(permission, held, service_id, following)
    if decision.allowed:
        return decision
    frozen = held_back(suspension_queries.over(connection, person, account_id, at))
    if held or frozen:
        return frozen_or_lacking(decision, frozen, held)
    past = grant_queries.ended(connection, person, account_id, at)
    return without_access(decision, past, bar_queries.since(connection, person, account_id, at))


def held_back(over: Sequence[Suspension]) -> tuple[Reason, ...]:
    """Reasons of the suspensions that hold access back.

    Whoever would have no access anyway is not told of the freeze.
    """
    return tuple(each.reason for each in over if each.holds_back)


def frozen_or_lacking(no: Decision, frozen: tuple[Reason, ...], held: Sequence[Grant]) -> Decision:
    """Return the refusal of somebody who has some access, or would have some."""
    return replace(no, reasons=frozen + (no.reasons if held else ()))


def without_access(no: Decision, past: Sequence[Ended], barred: datetime | None) -> Decision:
    """Return the refusal of somebody who has none: why the last grant ended, what bars them."""
    why = tuple(end.reason for end in past if end.reason is not None)
    bar = () if barred is None else (reason_of(barred),)
    return replace(no, reasons=no.reasons + why + bar)


def chains_behind(
    connection: Connection,
    decisions: Iterable[Decision],
    reader: Callable[[Connection], Reader],
) -> dict[UUID, Chain]:
    """Return the chain behind each delegated grant that allows one of these."""
    delegated = {
        grant: why.facts
        for decision in decisions
        if decision.allowed
        for grant, why in zip(decision.grants, decision.reasons, strict=True)
        if is_delegated(why)
    }
    if not delegated:
        return {}
    found = chains(connection, list(delegated.values()), reader(connection))
    return {grant: chain for grant, chain in zip(delegated, found, strict=True) if chain}
