"""What follows for a user's contract when their identity document is replaced: policy of products.

Some operators tie a Mobiil-ID to the document by which it was ordered, others do not: the product's
contract says so (``endsWithDocument``). The day may be told long before it comes, or before the
contract is in force: what is told, what becomes active and a sweep all ask the same question.
"""

from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.audit import Actor, ActorKind
from domain.catalogue.contract_terms import Party
from domain.contracts.reasons import EndReason
from domain.days import day_of
from storage.audit import events
from storage.catalogue import products
from storage.contracts import following, rows
from storage.contracts.rows import StoredContract
from storage.database import Connection, Session

ENGINE = Actor(ActorKind.ENGINE, "contracts")
_DEPENDENT = """
FROM contract c JOIN product p ON p.id = c.product AND p.version = c.product_version
WHERE c.document_replaced_on IS NOT NULL AND c.party = 'user'
    AND p.document -> 'contract' ->> 'endsWithDocument' = 'true'
    AND (c.state IN ('active', 'suspended')
        OR (c.state = 'ending' AND c.ends_at > clock_timestamp()))
"""
_DUE = text(f"""
SELECT {rows.COLUMNS} {_DEPENDENT} AND c.document_replaced_on <= CAST(:today AS date)
ORDER BY c.document_replaced_on, c.id LIMIT :limit FOR NO KEY UPDATE OF c SKIP LOCKED
""")
_AGE = text(f"""
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp()
    - min(CAST(c.document_replaced_on AS timestamptz))), 0)
{_DEPENDENT} AND c.document_replaced_on < current_date
""")


def follow(session: Session, contract: StoredContract, zone: ZoneInfo, *, actor: Actor) -> None:
    """End a locked contract in force whose user's document is replaced, where its product says so.

    Not before that day. Repeating changes nothing.
    """
    replaced_on = contract.document_replaced_on
    if replaced_on is None or replaced_on > day_of(contract.now, zone):
        return
    if contract.state.is_in_force and _depends(session, contract):
        following.end_now(session, contract, EndReason.IDENTITY_CHANGED, actor=actor)


def sweep(session: Session, zone: ZoneInfo, *, limit: int = 100) -> int:
    """End contracts whose user's document is replaced by today; returns how many."""
    today = day_of(events.now(session), zone).isoformat()
    found = session.execute(_DUE, {"today": today, "limit": limit}).all()
    for row in found:
        follow(session, rows.stored(row), zone, actor=ENGINE)
    return len(found)


def age(connection: Connection) -> float:
    """Return the seconds since the first of them was to end; about."""
    return float(connection.execute(_AGE).scalar_one())


def _depends(session: Session, contract: StoredContract) -> bool:
    version = contract.product_version
    if contract.party is not Party.USER or version is None:
        return False
    product = products.read(session.connection(), contract.product, version)
    terms = None if product is None else product.contract
    return terms is not None and terms.ends_with_document
