"""Compare the staged access of the old system with the grants that are in force here.

By person, account and service, NULL for the whole account. As in every decision, what somebody has
on the whole account they have on each of its services, in both systems.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.access.grants import Origin
from domain.access.permissions import ACCESS_ROLES, Permission
from domain.comparisons.old_access import Finding, Unplaced
from domain.comparisons.permission_bits import BITS, bits_of, permissions_of_bits
from domain.identifiers import PersonKey
from storage.access.grant_rows import IN_FORCE
from storage.database import Session

_WHOLE = "CAST('00000000-0000-0000-0000-000000000000' AS uuid)"
# Of a grant whose permissions are frozen, else of its role.
_BITS = """CASE WHEN g.permissions IS NULL THEN COALESCE(r.bits, 0) ELSE COALESCE((
    SELECT bit_or(p.bits) FROM permission p WHERE p.name = ANY(g.permissions)), 0) END"""
_COMPARE = text(f"""
WITH permission AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:permissions AS jsonb)) AS p(name text, bits bigint)
), access_role AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:roles AS jsonb)) AS r(name text, bits bigint)
), placed AS MATERIALIZED (
    SELECT l.*, p.id AS person_id, a.id AS account_id, COALESCE(i.id, n.id) AS on_service,
           CASE WHEN a.id IS NULL THEN '{Unplaced.ACCOUNT_UNKNOWN}'
                WHEN COALESCE(i.id, n.id) IS NULL AND num_nonnulls(l.service_id, l.number) > 0
                THEN '{Unplaced.SERVICE_UNKNOWN}' END AS unplaced
    FROM old_access l
    LEFT JOIN person p ON p.country = l.country AND p.code = l.code
    LEFT JOIN account a ON a.reference = l.reference
    LEFT JOIN service i ON i.id = l.service_id AND i.account_id = a.id
    LEFT JOIN service n ON n.own_number = l.number AND n.account_id = a.id
), old AS MATERIALIZED (
    SELECT COALESCE(person_id, CAST(md5(country || code) AS uuid)) AS who, account_id,
           COALESCE(on_service, {_WHOLE}) AS scope, person_id, country, code,
           bit_or(permissions) AS bits, array_agg(DISTINCT role ORDER BY role) AS roles,
           min(line) AS line, count(*) AS lines
    FROM placed WHERE unplaced IS NULL
    GROUP BY account_id, COALESCE(on_service, {_WHOLE}), person_id, country, code
), held AS MATERIALIZED (
    SELECT g.person_id AS who, g.account_id, COALESCE(g.service_id, {_WHOLE}) AS scope,
           g.person_id, bit_or({_BITS}) AS bits,
           array_agg(DISTINCT g.role ORDER BY g.role) AS roles,
           array_agg(DISTINCT g.origin ORDER BY g.origin) AS origins,
           jsonb_agg(DISTINCT jsonb_build_array(g.reason -> 'code', g.reason -> 'text')) AS reasons
    FROM access_grant g LEFT JOIN access_role r ON r.name = g.role
    WHERE (:every OR g.account_id IN (SELECT account_id FROM placed)) AND {IN_FORCE}
    GROUP BY g.person_id, g.account_id, COALESCE(g.service_id, {_WHOLE})
), both_said AS (
    SELECT who, account_id, scope, COALESCE(o.person_id, h.person_id) AS person_id,
           COALESCE(o.country, ow.country) AS country, COALESCE(o.code, ow.code) AS code,
           COALESCE(o.line, ow.line) AS line, COALESCE(o.lines, ow.lines) AS lines,
           COALESCE(o.bits, 0) | COALESCE(ow.bits, 0) AS old_bits,
           COALESCE(h.bits, 0) | COALESCE(hw.bits, 0) AS bits,
           COALESCE(o.roles, ow.roles) AS old_roles,
           COALESCE(h.roles, hw.roles) AS roles,
           COALESCE(h.origins, hw.origins) AS origins, COALESCE(h.reasons, hw.reasons) AS reasons
    FROM old o FULL JOIN held h USING (who, account_id, scope)
    LEFT JOIN (SELECT who, account_id, country, code, line, lines, bits, roles FROM old
               WHERE scope = {_WHOLE}) ow
         USING (who, account_id)
    LEFT JOIN (SELECT who, account_id, bits, roles, origins, reasons FROM held
               WHERE scope = {_WHOLE}) hw USING (who, account_id)
), found AS (
    SELECT CASE WHEN bits = 0 THEN '{Finding.ONLY_OLD}'
                WHEN old_bits = 0 THEN '{Finding.ONLY_VOLITUS}'
                WHEN old_bits = bits THEN '{Finding.SAME}'
                ELSE '{Finding.DIFFERENT}' END AS finding,
           NULL AS unplaced, line, lines, person_id, country, code, account_id,
           NULLIF(scope, {_WHOLE}) AS service_id, old_bits, bits, old_roles, roles, origins, reasons
    FROM both_said WHERE old_bits <> 0 OR bits <> 0
    UNION ALL
    SELECT '{Finding.ONLY_OLD}', unplaced, line, 1, person_id, country, code, account_id, NULL,
           permissions, 0, ARRAY[role], NULL, NULL, NULL
    FROM placed WHERE unplaced IS NOT NULL
)
INSERT INTO access_difference
SELECT row_number() OVER (
           ORDER BY array_position(CAST(:order AS text[]), finding), line, account_id, person_id,
           service_id), found.*
FROM found
""")
_COUNT = text("SELECT finding, count(*) AS rows FROM access_difference GROUP BY finding")
_SIZE = text("""
SELECT count(DISTINCT account_id), count(DISTINCT person_id) FROM access_difference
""")
_PAGE = text(f"""
SELECT d.*, a.reference FROM access_difference d LEFT JOIN account a ON a.id = d.account_id
WHERE d.number > :after AND d.finding <> '{Finding.SAME}' ORDER BY d.number LIMIT :limit
""")
_PART = 1000
"""Differences that are read and explained at once."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the two systems say about one person on one account, or on one service of it."""

    finding: Finding
    unplaced: Unplaced | None
    """Why the line is about nothing that is known here; None: it is."""
    line: int | None
    """The first line of the file that says it; None: no line does."""
    lines: int
    person_id: UUID | None
    """None: nobody is known here by the line's code."""
    person: PersonKey | None
    """As the line has it; None: no line does."""
    account_id: UUID | None
    account_reference: str | None
    """As it is here: what a line says of an unknown account is not repeated."""
    service_id: UUID | None
    """None: the whole account."""
    old_permissions: frozenset[Permission]
    permissions: frozenset[Permission]
    """What Volitus gives in this scope."""
    old_roles: Sequence[str]
    roles: Sequence[str]
    origins: Sequence[Origin]
    reasons: Sequence[tuple[str, str]]
    """Code and text of why Volitus gives it."""


@dataclass(frozen=True, slots=True)
class ComparisonSize:
    """Numbers of what was compared."""

    findings: dict[Finding, int]
    accounts: int
    people: int


def compare(session: Session, *, every_account: bool) -> ComparisonSize:
    """Compare what is staged with what is in force at this moment, and count.

    ``every_account``: also what Volitus gives on accounts that the file does not name.
    """
    session.execute(text("ANALYZE old_access"))
    roles = [
        {"name": name, "bits": bits_of(role.permissions)} for name, role in ACCESS_ROLES.items()
    ]
    asked = {
        "at": None,
        "every": every_account,
        "permissions": json.dumps([{"name": name, "bits": bit} for name, bit in BITS.items()]),
        "roles": json.dumps(roles),
        "order": [Finding.ONLY_OLD, Finding.DIFFERENT, Finding.ONLY_VOLITUS, Finding.SAME],
    }
    session.execute(_COMPARE, asked)
    counted = {Finding(row.finding): row.rows for row in session.execute(_COUNT)}
    accounts, people = session.execute(_SIZE).one()
    return ComparisonSize(
        {finding: counted.get(finding, 0) for finding in Finding}, accounts, people
    )


def pages(session: Session) -> Iterator[Sequence[Compared]]:
    """Yield what is not the same, part by part: only old, different, only in Volitus."""
    after = 0
    while rows := session.execute(_PAGE, {"after": after, "limit": _PART}).all():
        yield [_compared(row) for row in rows]
        after = rows[-1].number


def _compared(row: Row[Any]) -> Compared:
    return Compared(
        finding=Finding(row.finding),
        unplaced=Unplaced(row.unplaced) if row.unplaced else None,
        line=row.line,
        lines=row.lines or 0,
        person_id=row.person_id,
        person=PersonKey(row.country, row.code) if row.code else None,
        account_id=row.account_id,
        account_reference=row.reference,
        service_id=row.service_id,
        old_permissions=permissions_of_bits(row.old_permissions),
        permissions=permissions_of_bits(row.permissions),
        old_roles=row.old_roles or (),
        roles=row.roles or (),
        origins=[Origin(each) for each in row.origins or ()],
        reasons=[(code, said) for code, said in row.reasons or ()],
    )
