"""Read the chains behind delegated grants, from their frozen reasons up to the owner's name.

One statement for any number of chains, each link by primary keys.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text

from domain.delegations.basis import Basis, BasisKind
from domain.delegations.chains import Giver, Link, Representation
from domain.registry.authority import sole_entry
from domain.registry.register import CompanyStatus, Holder
from storage.database import Connection
from storage.delegations.rows import OF_THIS_OWNER

DEEPEST = 8
"""Most links of a chain that are read; more than rules allow."""


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A link with the name of its giver, and whom its delegation concerns."""

    link: Link
    account_id: UUID
    giver_id: UUID | None
    receiver_id: UUID | None
    of_this_owner: bool
    """Given since the account got its owner."""


# What was passed on rests on a grant of its giver: its reason is the link above, as it was then.
_CHAINS = text(f"""
WITH RECURSIVE link AS (
    SELECT CAST(a.n AS int) AS n, 0 AS depth, a.facts
    FROM jsonb_array_elements(CAST(:facts AS jsonb)) WITH ORDINALITY AS a(facts, n)
    UNION ALL
    SELECT l.n, l.depth + 1, g.reason->'facts'
    FROM link l JOIN access_grant g ON g.id = CAST(l.facts->>'grant' AS uuid)
    WHERE l.facts->>'kind' = 'delegation' AND g.reason->>'code' = 'delegated'
      AND l.depth + 1 < :deepest
)
SELECT l.n, l.facts, p.name, s.state->>'status', (
           SELECT jsonb_agg(h) FROM jsonb_array_elements(s.state->'holders') AS h
           WHERE h->'person'->>'country' = p.country AND h->'person'->>'code' = p.code),
       (SELECT jsonb_agg(jsonb_build_array(o.id, NULLIF(o.name, '')) ORDER BY o.name, o.id)
        FROM jsonb_array_elements_text(l.facts->'confirmed_by') AS c(id)
        JOIN person o ON o.id = CAST(c.id AS uuid) WHERE o.id <> p.id),
       d.account_id, d.giver_id, d.receiver_id, {OF_THIS_OWNER}
FROM link l
JOIN delegation d ON d.id = CAST(l.facts->>'delegation' AS uuid)
LEFT JOIN person p ON p.id = CAST(l.facts->>'given_by' AS uuid)
LEFT JOIN register_state s ON s.id = CAST(l.facts->>'register_state' AS uuid)
ORDER BY l.n, l.depth
""")


def chains(
    connection: Connection, facts: Sequence[dict[str, Any]]
) -> Sequence[Sequence[StoredLink]]:
    """Return the chain behind each of these facts of reasons ``delegated``, the grant's own first.

    The names are there whoever reads them: the caller takes out what is not for them.
    """
    found: list[list[StoredLink]] = [[] for _ in facts]
    if not facts:
        return found
    asked = {"facts": json.dumps(list(facts)), "deepest": DEEPEST}
    for n, *columns in connection.execute(_CHAINS, asked):
        found[n - 1].append(_link(*columns))
    return found


def _link(
    facts: dict[str, Any],
    name: str | None,
    status: str | None,
    holders: list[Any] | None,
    others: list[Any] | None,
    *concerned: Any,
) -> StoredLink:
    basis = Basis.from_json(facts)
    representation = None
    if basis.kind is BasisKind.REGISTER:
        entries = msgspec.convert(holders or [], list[Holder])
        entry = sole_entry(entries, CompanyStatus(status)) if status else None
        representation = Representation(basis.as_of, entry.capacity if entry else None)
    elif basis.kind is BasisKind.JOINT:
        representation = Representation(basis.as_of, None)
    link = Link(
        UUID(facts["delegation"]),
        basis.kind,
        basis.given_on,
        Giver(basis.giver_id, name or None) if basis.giver_id else None,
        date.fromisoformat(facts["from"]),
        date.fromisoformat(facts["through"]),
        representation,
        tuple(Giver(UUID(id_), each) for id_, each in others or []),
    )
    return StoredLink(link, *concerned)
