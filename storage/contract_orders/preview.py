"""What ends with a contract: it is ended by the code that ends it, and that is rolled back."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from domain.audit import Actor, ActorKind, EventKind
from domain.contracts.end_preview import AlsoEnding, EndingContract, EndingOnAccount
from domain.contracts.reasons import EndReason
from domain.contracts.states import ContractState
from storage.contract_orders import end as ends
from storage.contracts import ending, rows
from storage.contracts.ending import End
from storage.contracts.rows import StoredContract
from storage.contracts.suspending import REPORTED, SUSPENDED
from storage.database import Session

_LAST = text("SELECT COALESCE(max(id), 0) FROM event")
# Only this preview's own: whatever others commit meanwhile has another actor.
_EVENTS = text("""
SELECT kind, subject_id, account_id, person_id FROM event
WHERE id > :last AND actor = CAST(:actor AS jsonb) AND kind = ANY(:kinds)
    AND NOT COALESCE(reason ->> 'code' = ANY(:suspended), false)
""")
_LASTING = text("""
SELECT id FROM service WHERE id = ANY(:ids) AND status <> 'ended' ORDER BY id
""")
_KINDS = [
    EventKind.CONTRACT_CHANGED.value,
    EventKind.DELEGATION_ENDED.value,
    EventKind.GRANT_ENDED.value,
]


def also_ending(session: Session, contract: StoredContract, zone: ZoneInfo) -> AlsoEnding:
    """Return what would end with a locked contract in force, if its end were now.

    What rests on it is ended to the last step as well. Nothing is changed: all is done in a
    savepoint that is rolled back.
    """
    with session.begin_nested() as trial:
        found = _tried(session, contract, zone)
        trial.rollback()
    return found


def _tried(session: Session, contract: StoredContract, zone: ZoneInfo) -> AlsoEnding:
    actor = Actor(ActorKind.ENGINE, "preview", run_id=uuid4())
    last = session.execute(_LAST).scalar_one()
    before = _lasting(session, contract)
    _end(session, contract, zone, actor)
    services = _gone(session, contract, before)
    ended: dict[UUID, EndingContract] = {}
    while left := _others(session, last, actor) - {contract.id, *ended}:
        for id_ in sorted(left):
            ended[id_] = _end_other(session, id_, zone, actor)
    found = _events(session, last, actor)
    return AlsoEnding(
        services,
        tuple(sorted(ended.values())),
        _on_accounts((each.subject_id, each) for each in found[EventKind.DELEGATION_ENDED]),
        _on_accounts((each.person_id, each) for each in found[EventKind.GRANT_ENDED]),
    )


def _end(session: Session, contract: StoredContract, zone: ZoneInfo, actor: Actor) -> None:
    if contract.state is ContractState.ENDING:
        contract = replace(contract, ends_at=contract.now)
    else:
        end = End(contract.now, EndReason.CUSTOMER)
        contract = ending.schedule(session, contract, end, actor=actor)
    ends.end(session, contract, zone, actor=actor)


def _end_other(session: Session, id_: UUID, zone: ZoneInfo, actor: Actor) -> EndingContract:
    """End what rests on the contract: its end is due already, and its process does the same."""
    contract = rows.lock(session, id_)
    if contract is None or contract.state is not ContractState.ENDING:
        return EndingContract(id_, ())
    before = _lasting(session, contract)
    ends.end(session, contract, zone, actor=actor)
    return EndingContract(id_, _gone(session, contract, before))


def _lasting(session: Session, contract: StoredContract) -> tuple[UUID, ...]:
    found = session.execute(_LASTING, {"ids": list(contract.service_ids)})
    return tuple(found.scalars())


def _gone(session: Session, contract: StoredContract, before: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """Return the services that ended: not those which another contract holds."""
    left = set(_lasting(session, contract))
    return tuple(each for each in before if each not in left)


def _others(session: Session, last: int, actor: Actor) -> set[UUID]:
    return {each.subject_id for each in _events(session, last, actor)[EventKind.CONTRACT_CHANGED]}


def _events(session: Session, last: int, actor: Actor) -> dict[str, list[Row[Any]]]:
    asked = {
        "last": last,
        "actor": json.dumps(actor.as_json()),
        "kinds": _KINDS,
        # It goes on: the suspension was handed to it.
        "suspended": [SUSPENDED.code, REPORTED.code],
    }
    found: dict[str, list[Row[Any]]] = {kind: [] for kind in _KINDS}
    for row in session.execute(_EVENTS, asked):
        found[row.kind].append(row)
    return found


def _on_accounts(found: Iterable[tuple[UUID, Row[Any]]]) -> tuple[EndingOnAccount, ...]:
    return tuple(sorted({EndingOnAccount(id_, row.account_id) for id_, row in found}))
