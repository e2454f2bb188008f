"""Let confirmed mandates follow their grants: tell, once, that the last grant of one is over.

Whatever ends grants for good (an account that closes or moves, services that go, a review, a member
of staff) calls this in its transaction. What runs out by its days is found by a sweep. The row is
written for the history alone: what a mandate's state is, its grants say (``mandate_queries``).
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.mandates import reasons
from domain.mandates.reasons import EXPIRED
from domain.reasons import Reason
from storage.access import grants
from storage.access.grants import Ending
from storage.audit import event_notes, events
from storage.audit.events import NewEvent
from storage.database import Connection, Session
from storage.mandates import notices
from storage.mandates.mandate_queries import GRANTS, MandateView
from storage.mandates.mandates import BATCH, DATES
from storage.mandates.notices import OverMandate

_LASTS = f"""EXISTS (
    SELECT FROM access_grant g WHERE {GRANTS}
      AND (upper_inf(g.validity) OR upper(g.validity) > {{moment}}))"""
_STANDS = "m.answer = 'confirmed' AND m.ended_at IS NULL"
_OVER = """
WITH over AS (
    SELECT m.id FROM mandate m WHERE {stands} AND {which} AND NOT {lasts}
    ORDER BY m.id {limit} FOR NO KEY UPDATE OF m {skip}
), moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at
), changed AS (
    UPDATE mandate m SET
        ended_at = COALESCE(last.ended_at, moment.at),
        ended_reason = COALESCE(last.ended_reason, CAST(:expired AS jsonb))
    FROM over o CROSS JOIN moment JOIN mandate old ON old.id = o.id LEFT JOIN LATERAL (
        SELECT upper(g.validity) AS ended_at, g.ended_reason
        FROM access_grant g WHERE {grants} ORDER BY upper(g.validity) DESC NULLS LAST LIMIT 1
    ) AS last ON true
    WHERE m.id = o.id
    RETURNING m.id, m.account_id, m.person_id, m.ended_at, m.ended_reason
)
SELECT id, account_id, person_id, ended_at, ended_reason FROM changed ORDER BY id
"""


def _over(which: str, *, limit: str = "", skip: str = "") -> Any:
    moment = "statement_timestamp()" if limit else "clock_timestamp()"
    lasts = _LASTS.format(moment=moment)
    behind = GRANTS.replace("m.", "old.")
    parts = {"which": which, "lasts": lasts, "stands": _STANDS, "grants": behind}
    return text(_OVER.format(**parts, limit=limit, skip=skip))


_ON_ACCOUNTS = _over("m.account_id = ANY(:accounts)")
_ONE = _over("m.id = :id")
_RUN_OUT = _over("true", limit="LIMIT :limit", skip="SKIP LOCKED")
_LASTING = text(f"""
SELECT g.id FROM mandate m JOIN access_grant g ON {GRANTS}
WHERE m.id = :id AND (upper_inf(g.validity) OR upper(g.validity) > clock_timestamp())
  AND NOT isempty(g.validity)
ORDER BY g.id
""")
_AGE = text(f"""
SELECT COALESCE(max(CAST(extract(epoch FROM statement_timestamp() - (
    SELECT max(upper(g.validity)) FROM access_grant g WHERE {GRANTS})) AS float)), 0)
FROM mandate m WHERE {_STANDS} AND NOT {_LASTS.format(moment="statement_timestamp()")}
""")


def end(session: Session, mandate: MandateView, *, actor: Actor, note: str) -> None:
    """End a confirmed mandate with its grants, now. One that is over stays as it is.

    Its account must be locked.
    """
    lasting = session.execute(_LASTING, {"id": mandate.id}).scalars()
    why = reasons.ended(mandate.id).as_json()
    grants.end(session, [Ending(id_, why) for id_ in lasting], actor=actor)
    over = _found(session, _ONE, id=mandate.id)
    for each in over:
        event_notes.append(session, _event(each), note, actor=actor)
    notices.of_ends(session, over, actor=actor)


def on_accounts(
    session: Session, account_ids: Sequence[UUID], *, actor: Actor, told: bool = True
) -> None:
    """Write which mandates on these accounts are over, after grants there have ended.

    ``told``: whether people get a notice; False: they get another about the same end.
    """
    if account_ids:
        over = _found(session, _ON_ACCOUNTS, accounts=list(account_ids))
        _tell(session, over, actor, told=told)


def run_out(session: Session, *, limit: int = BATCH) -> int:
    """Tell of up to ``limit`` mandates that their days are over; returns how many. Repeatable."""
    over = _found(session, _RUN_OUT, limit=limit)
    _tell(session, over, DATES)
    return len(over)


def age(connection: Connection) -> float:
    """Return the seconds since the oldest mandate ran out that was not told; 0: none was."""
    seconds: float = connection.execute(_AGE).scalar_one()
    return seconds


def _found(session: Session, statement: Any, **which: Any) -> Sequence[OverMandate]:
    asked = which | {"expired": json.dumps(EXPIRED.as_json())}
    return [
        OverMandate(id_, account_id, person_id, ended_at, Reason.from_json(why))
        for id_, account_id, person_id, ended_at, why in session.execute(statement, asked)
    ]


def _tell(
    session: Session, over: Iterable[OverMandate], actor: Actor, *, told: bool = True
) -> None:
    ended = list(over)
    events.append(session, map(_event, ended), actor=actor)
    if told:
        notices.of_ends(session, ended, actor=actor)


def _event(over: OverMandate) -> NewEvent:
    return NewEvent(
        EventKind.MANDATE_ENDED,
        subject_id=over.id,
        account_id=over.account_id,
        person_id=over.person_id,
        reason=over.reason,
        after={"happened_at": over.ended_at.isoformat()},
    )
