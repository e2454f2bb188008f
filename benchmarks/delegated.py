"""Many delegations, each with what was passed on from it, as they stand after their acceptance."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from benchmarks.customers import Access
from benchmarks.place import vacuum
from domain.access.permissions import Role, permissions_of
from domain.delegations import reasons
from domain.delegations.basis import Basis, BasisKind
from domain.delegations.terms import Terms
from storage.database import Database

_YESTERDAY = datetime.now(UTC).replace(hour=0, minute=0, second=0) - timedelta(days=1)
_YEAR = timedelta(days=366)
_TERMS = Terms(
    Role.ACCOUNTANT,
    permissions_of(Role.ACCOUNTANT),
    frozenset(),
    _YESTERDAY.date(),
    (_YESTERDAY + _YEAR).date(),
    may_pass_on=True,
)
_ROWS = """jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
    id uuid, version uuid, account uuid, giver uuid, receiver uuid, code text, parent uuid,
    basis jsonb, reason jsonb)"""
_FILL = (
    f"""
    INSERT INTO person (id, country, code, name)
    SELECT receiver, 'EE', code, 'Nimi' FROM {_ROWS}""",
    f"""
    INSERT INTO delegation (id, account_id, receiver_id, giver_id, parent_id, state, version,
        starts_at, ends_at, next_due_at, accepted_at)
    SELECT id, account, receiver, giver, parent, 'active', 1, :starts_at, :ends_at, :ends_at,
        clock_timestamp()
    FROM {_ROWS}""",
    f"""
    INSERT INTO delegation_version (id, delegation_id, number, role, permissions, service_ids,
        from_day, through_day, may_pass_on, basis, state, lapses_at, accepted_at)
    SELECT version, id, 1, :role, :permissions, '{{}}', :first, :last, parent IS NULL, basis,
        'accepted', :ends_at, clock_timestamp()
    FROM {_ROWS}""",
    f"""
    INSERT INTO access_grant (id, person_id, account_id, role, permissions, validity, origin,
        delegation_id, passed_on_by, reason, proof)
    SELECT gen_random_uuid(), receiver, account, :role, :permissions,
        tstzrange(:starts_at, :ends_at), 'delegation', id,
        CASE WHEN parent IS NOT NULL THEN giver END, reason, version
    FROM {_ROWS}""",
)


@dataclass(frozen=True)
class Tree:
    """A delegation, and those who have access by it: its receiver, and those it is passed on to."""

    delegation_id: UUID
    account_id: UUID
    people: Sequence[UUID]


def fill(database: Database, by: Sequence[Access], *, passed_on: int) -> list[Tree]:
    """Let each of these board members give once, and each receiver pass it on so many times."""
    trees, rows = list[Tree](), list[dict[str, Any]]()
    for access in by:
        root = _row(access.account_id, access.person_id)
        below = [_row(access.account_id, root["receiver"], root["id"]) for _ in range(passed_on)]
        rows += (root, *below)
        people = [each["receiver"] for each in (root, *below)]
        trees.append(Tree(root["id"], access.account_id, people))
    common = {
        "rows": json.dumps(rows, default=str),
        "role": _TERMS.role,
        "permissions": sorted(_TERMS.permissions),
        "starts_at": _YESTERDAY,
        "ends_at": _YESTERDAY + _YEAR,
        "first": _TERMS.from_day,
        "last": _TERMS.through_day,
    }
    with database.transaction() as session:
        for statement in _FILL:
            session.execute(text(statement), common)
    vacuum(database)
    return trees


def _row(account_id: UUID, giver_id: UUID, parent_id: UUID | None = None) -> dict[str, Any]:
    id_, receiver = uuid4(), uuid4()
    kind = BasisKind.DELEGATION if parent_id else BasisKind.REGISTER
    basis = Basis(kind, _TERMS.from_day, giver_id, parent_id=parent_id)
    return {
        "id": id_,
        "version": uuid4(),
        "account": account_id,
        "giver": giver_id,
        "receiver": receiver,
        "code": receiver.hex[:11],
        "parent": parent_id,
        "basis": basis.as_json(),
        "reason": reasons.delegated(id_, 1, basis, _TERMS).as_json(),
    }
