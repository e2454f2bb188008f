"""Decide whether a person may do something on an account: one read, one decision."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.access.bars import reason_of
from domain.access.decisions import Decision, decide
from domain.access.permissions import Permission
from domain.delegations.chains import Reader, is_delegated
from domain.identifiers import PersonKey
from services.delegations.chains import Chain, chains
from storage.access import bar_queries, grant_queries, suspension_queries
from storage.database import Connection


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
    held = grant_queries.held(connection, person, account_id, at)
    decision = decide(permission, held, service_id)
    if decision.allowed:
        return decision
    over = suspension_queries.over(connection, person, account_id, at)
    # Whoever would have no access anyway is not told of the freeze.
    frozen = tuple(each.reason for each in over if each.holds_back)
    if held or frozen:
        return replace(decision, reasons=frozen + (decision.reasons if held else ()))
    past = grant_queries.ended(connection, person, account_id, at)
    why = tuple(end.reason for end in past if end.reason is not None)
    barred = bar_queries.since(connection, person, account_id, at)
    bar = () if barred is None else (reason_of(barred),)
    return replace(decision, reasons=decision.reasons + why + bar)


def chains_behind(
    connection: Connection, decision: Decision, reader: Callable[[], Reader]
) -> dict[UUID, Chain]:
    """Return the chain behind each delegated grant that allows it; reads nothing where none is."""
    if not decision.allowed:
        return {}
    delegated = {
        grant: why.facts
        for grant, why in zip(decision.grants, decision.reasons, strict=True)
        if is_delegated(why)
    }
    if not delegated:
        return {}
    found = chains(connection, list(delegated.values()), reader())
    return {grant: chain for grant, chain in zip(delegated, found, strict=True) if chain}
