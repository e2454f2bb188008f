"""Reminds whoever alone confirms an order that it still waits for them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.days import day_of
from domain.delegations.reminders import BEFORE_LAPSE, NOT_BEFORE
from domain.messages.notices import NewNotice, NoticeKind
from storage.database import Connection, Session
from storage.messages import notices
from storage.orders import waiting_orders
from storage.orders.refreshing import ENGINE

# The last of the moments that have passed, if that reminder was not given. Whoever confirms
# together with others is reminded by their approval. An erased person gets no notice.
_DUE = f"""
FROM service_order o JOIN account a ON a.id = o.account_id
JOIN person p ON p.erased_at IS NULL
    AND p.id = CASE WHEN o.confirm = 'own' THEN o.person_id ELSE a.person_id END
CROSS JOIN LATERAL (
    SELECT max(o.confirm_by - before) AS at FROM unnest(CAST(:before AS interval[])) before
    WHERE o.confirm_by - before BETWEEN o.ordered_at + :not_before AND clock_timestamp()) moment
CROSS JOIN LATERAL (
    SELECT CAST(extract(epoch FROM o.confirm_by - moment.at) / 86400 AS int) AS days) lapse
WHERE {waiting_orders.WAITING} AND o.confirm_by > clock_timestamp() AND moment.at IS NOT NULL
    AND NOT EXISTS (SELECT FROM notice n WHERE n.person_id = p.id AND n.kind = 'order_reminder'
        AND n.subject_id = o.id AND n.occasion = CAST(lapse.days AS text))
"""
_READ = text(f"""
SELECT o.id, o.account_id, o.confirm_by, p.id AS person_id, lapse.days {_DUE}
ORDER BY moment.at, o.id LIMIT :limit FOR NO KEY UPDATE OF o SKIP LOCKED
""")
_AGE = text(f"SELECT COALESCE(extract(epoch FROM clock_timestamp() - min(moment.at)), 0) {_DUE}")
_MOMENTS = {"before": list(BEFORE_LAPSE), "not_before": NOT_BEFORE}


def remind(session: Session, zone: ZoneInfo, *, limit: int = 500) -> int:
    """Remind those whom orders wait for, some days before they are cancelled; returns how many.

    They are told the last whole day on which they can confirm.
    """
    rows = session.execute(_READ, _MOMENTS | {"limit": limit}).all()
    told = [
        NewNotice(
            row.person_id,
            NoticeKind.ORDER_REMINDER,
            row.id,
            str(row.days),
            row.account_id,
            {"until": day_of(row.confirm_by, zone) - timedelta(days=1)},
        )
        for row in rows
    ]
    return len(notices.create(session, told, actor=ENGINE))


def age(connection: Connection) -> float:
    """Return the seconds since the oldest reminder was due; 0: none is."""
    return float(connection.execute(_AGE, _MOMENTS).scalar_one())
