"""Whom an access request reaches: the accounts it is about, and who could give access to them.

Worked out whenever it is asked for, so a company that becomes a customer later is reached too, and
nothing is stored that tells a customer from others. A customer number means the account that had
it when the request was made, under the owner of then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.access_requests.request_rules import MOST_TOLD, MOST_TOLD_A_DAY
from domain.messages.notices import NoticeKind
from storage.access.grant_rows import in_force, suspended
from storage.access.representatives import REPRESENTS
from storage.database import Connection, Session

_NOW = "statement_timestamp()"


def accounts(which: str) -> str:
    """SQL: each ``request_id`` with each ``account_id`` that it is about.

    ``which``: SQL about the request ``r`` and the account ``a``. A request of somebody who is
    frozen is about none until the freeze is lifted.
    """
    standing = f"a.status = 'active' AND NOT {suspended('x.person_id = r.applicant_id', _NOW)}"
    return f"""(
    SELECT r.id AS request_id, a.id AS account_id
    FROM access_request r JOIN company c ON c.country = r.country AND c.code = r.code
    JOIN account a ON a.company_id = c.id WHERE {standing} AND {which}
    UNION ALL
    SELECT r.id, a.id FROM access_request r JOIN account a ON a.reference = r.reference
    WHERE COALESCE(a.company_id, a.person_id) = r.owner_id AND {standing} AND {which})"""


# ``domain.delegations.basis.grounds_of`` as SQL. Who may act only together with others is told too:
# their word is needed. Of what is passed on, at least a part of what is asked for.
_OWNERS_NAME = f"""({REPRESENTS} OR g.service_id IS NULL AND g.person_id = a.person_id
    AND g.role = 'administrator' AND g.origin IN ('operator', 'number_verification'))"""
_PASSES_ON = """g.origin = 'delegation' AND EXISTS (
    SELECT FROM delegation d JOIN delegation_version v ON v.delegation_id = d.id
    WHERE d.id = g.delegation_id AND v.id = g.proof AND v.may_pass_on AND d.parent_id IS NULL {})"""


def _gives(of: str) -> str:
    """SQL: whether the grant ``g`` on the account ``a`` lets its person give."""
    return f"({in_force('g', _NOW)} AND ({_OWNERS_NAME} OR {_PASSES_ON.format(of)}))"


GIVES = _gives("AND v.permissions && r.permissions")
"""SQL: whether the grant ``g`` on the account ``a`` lets its person give what ``r`` asks for."""

_GRANTS = "access_grant g WHERE g.account_id = a.id AND g.person_id = :giver"
GIVING = f"""
SELECT EXISTS (SELECT FROM {_GRANTS} AND {in_force("g", _NOW)} AND {_OWNERS_NAME}) AS whatever,
       ARRAY(SELECT DISTINCT unnest(v.permissions) FROM delegation_version v WHERE v.id IN (
           SELECT g.proof FROM {_GRANTS} AND g.origin = 'delegation' AND {_gives("")})) AS others
FROM account a WHERE a.id = :account
"""
"""SQL: what ``:giver`` could give here, for many requests at once.

``whatever`` is asked for, or else what has one of the permissions ``others``.
"""

_OF_PERSON = text(f"""
SELECT a.id, a.company_id FROM {accounts("r.id = :request")} AS reached
JOIN access_request r ON r.id = reached.request_id JOIN account a ON a.id = reached.account_id
WHERE EXISTS (SELECT FROM access_grant g
              WHERE g.account_id = a.id AND g.person_id = :person AND {GIVES})
ORDER BY a.id
""")
_GIVES_ON = text(f"""
SELECT EXISTS (
    SELECT FROM account a JOIN access_grant g ON g.account_id = a.id
    WHERE a.id = :account AND a.status = 'active' AND g.person_id = :person AND {_gives("")})
""")
# Who gives in the owner's name comes first.
_GIVERS = text(f"""
WITH could AS (
    SELECT r.id AS request_id, g.person_id, a.id AS account_id,
           bool_or({_OWNERS_NAME}) AS first
    FROM {accounts("r.id = ANY(:requests)")} AS reached
    JOIN access_request r ON r.id = reached.request_id JOIN account a ON a.id = reached.account_id
    JOIN access_grant g ON g.account_id = a.id
    WHERE {GIVES} AND g.person_id <> r.applicant_id
    GROUP BY r.id, g.person_id, a.id
), once AS (
    SELECT DISTINCT ON (request_id, person_id) * FROM could
    ORDER BY request_id, person_id, first DESC, account_id
), placed AS (
    SELECT *, row_number() OVER (
        PARTITION BY request_id ORDER BY first DESC, person_id) AS place FROM once
), chosen AS (
    SELECT *, row_number() OVER (PARTITION BY person_id, account_id ORDER BY request_id) AS nth
    FROM placed WHERE place <= :most
), lately AS MATERIALIZED (
    SELECT person_id, account_id, count(*) AS told FROM notice
    WHERE person_id IN (SELECT person_id FROM chosen) AND kind = :kind
      AND created_at > statement_timestamp() - interval '1 day'
    GROUP BY person_id, account_id
)
SELECT request_id, person_id, account_id
FROM chosen LEFT JOIN lately USING (person_id, account_id)
WHERE nth + COALESCE(told, 0) <= :a_day ORDER BY request_id, person_id
""")


@dataclass(frozen=True, slots=True)
class ReachedAccount:
    """An account that a request is about, on which somebody could give what it asks for."""

    id: UUID
    company_id: UUID | None


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody who could give what a request asks for, and on which account."""

    request_id: UUID
    person_id: UUID
    account_id: UUID


def accounts_of(
    connection: Connection, request_id: UUID, person_id: UUID
) -> Sequence[ReachedAccount]:
    """Return on which accounts this person could give what is asked for, in whatever state."""
    asked = {"request": request_id, "person": person_id}
    return [ReachedAccount(*row) for row in connection.execute(_OF_PERSON, asked)]


def gives_on(connection: Connection, account_id: UUID, person_id: UUID) -> bool:
    """Return whether this person could give anything on this account."""
    asked = {"account": account_id, "person": person_id}
    return bool(connection.execute(_GIVES_ON, asked).scalar_one())


def givers(session: Session, request_ids: Iterable[UUID]) -> Sequence[Giver]:
    """Return whom to tell of these: who could give what they ask for, but for the applicants.

    ``MOST_TOLD`` for each; nobody who was told of ``MOST_TOLD_A_DAY`` on that account in a day.
    """
    asked: dict[str, object] = {"requests": list(request_ids), "most": MOST_TOLD}
    asked |= {"kind": NoticeKind.ACCESS_REQUESTED, "a_day": MOST_TOLD_A_DAY}
    return [Giver(*row) for row in session.execute(_GIVERS, asked)]
