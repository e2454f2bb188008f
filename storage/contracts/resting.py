"""Numbers that rest after the end of their contract: nobody else gets them until then.

They are those that the contract's services had at its end, whatever its frozen terms say.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceKind
from domain.catalogue.products import Product
from domain.contracts.reasons import EndReason
from storage.catalogue import products
from storage.contracts.rows import StoredContract
from storage.database import Session

_OWNING = ", ".join(f"'{kind}'" for kind in ServiceKind if kind.owns_number)
RESTS = """'{}' <> c.resting_numbers AND c.resting_numbers @> ARRAY[CAST(:number AS text)]
    AND c.state = 'ended' AND c.number_kept_until > clock_timestamp()"""
"""Condition: ``:number`` rests after the end of the contract ``c``."""
HAS_LEFT = """EXISTS (SELECT FROM port_out p WHERE p.state = 'completed'
    AND s.id = ANY(p.services) AND COALESCE(s.number_since, s.created_at) <= p.at)"""
"""Condition: another operator has the number of the service ``s``."""
LEAVES_NONE = f"""EXISTS (SELECT FROM service s WHERE s.id = ANY({{services}}) AND {HAS_LEFT})
    AND NOT EXISTS (SELECT FROM service s WHERE s.id = ANY({{services}})
        AND s.kind IN ({_OWNING}) AND NOT {HAS_LEFT})"""
"""Condition: of a contract about ``services``, every number is another operator's."""
_REST = text(f"""
UPDATE contract c SET resting_numbers = n.numbers
FROM (
    SELECT e.id, array_agg(DISTINCT COALESCE(k.number, s.number)) AS numbers
    FROM contract e JOIN contract_service x ON x.contract_id = e.id
        JOIN service s ON s.id = x.service_id AND s.account_id = e.account_id
        LEFT JOIN unnest(CAST(:services AS uuid[]), CAST(:numbers AS text[]))
            AS k(id, number) ON k.id = s.id
    WHERE e.id = ANY(:ids) AND e.state = 'ended' AND e.number_kept_until > clock_timestamp()
        AND s.kind IN ({_OWNING}) AND COALESCE(k.number, s.number) IS NOT NULL
        AND NOT {HAS_LEFT}
        AND NOT EXISTS (SELECT FROM contract_service y JOIN contract o ON o.id = y.contract_id
            WHERE y.service_id = s.id AND o.account_id = s.account_id
                AND o.state IN ('active', 'suspended', 'ending'))
    GROUP BY e.id
) n
WHERE c.id = n.id AND c.resting_numbers <> n.numbers
""")
# What got the number later has it since it came back, and its contract's rest is another one.
_LEFT = text(f"""
WITH left_with AS MATERIALIZED (
    SELECT c.id FROM contract c WHERE {RESTS} AND NOT EXISTS (
        SELECT FROM contract_service x JOIN service s ON s.id = x.service_id
        WHERE x.contract_id = c.id AND s.number = :number
            AND COALESCE(s.number_since, s.created_at) > :at)
    ORDER BY c.id FOR NO KEY UPDATE OF c
), freed AS (
    UPDATE contract c SET resting_numbers = array_remove(c.resting_numbers, :number),
        number_kept_until = CASE WHEN cardinality(c.resting_numbers) > 1 THEN c.number_kept_until
            END,
        version = c.version + 1, changed_at = clock_timestamp()
    FROM left_with l WHERE c.id = l.id
)
SELECT x.service_id FROM left_with l JOIN contract_service x ON x.contract_id = l.id
    JOIN service s ON s.id = x.service_id AND s.kind IN ({_OWNING})
ORDER BY x.service_id
""")


def kept_until(contract: StoredContract, product: Product | None, at: datetime) -> datetime | None:
    """Return until when a contract's numbers rest that ends at this moment; None: they do not.

    The operator's record counts for more than the catalogue. A number that was ported out is
    another operator's.
    """
    if contract.end_reason is EndReason.PORTED_OUT:
        return None
    if contract.number_kept_until is not None or product is None or product.contract is None:
        return contract.number_kept_until
    kept = product.contract.number_kept
    return at + kept if kept else None


def product_of(session: Session, contract: StoredContract) -> Product | None:
    """Return a contract's product; None: the catalogue does not know it."""
    if contract.product_version is None:
        return products.current(session.connection()).get(contract.product)
    return products.read(session.connection(), contract.product, contract.product_version)


def rest(
    session: Session,
    contract_ids: Collection[UUID],
    numbers: Mapping[UUID, str | None] | None = None,
) -> None:
    """Keep the numbers of these contracts' services, of those that have ended. Idempotent.

    A service that another contract holds goes on with its number, and one that was ported out has
    left none.

    ``numbers``: of services that may have lost theirs, what each had.
    """
    had = {id_: number for id_, number in (numbers or {}).items() if number is not None}
    asked = {"ids": sorted(contract_ids), "services": [*had], "numbers": [*had.values()]}
    if contract_ids:
        session.execute(_REST, asked)


def left(session: Session, number: str, at: datetime) -> list[UUID]:
    """Let a number rest no more that another operator has since then; returns its services.

    Repeating changes nothing.
    """
    return list(session.execute(_LEFT, {"number": number, "at": at}).scalars())
