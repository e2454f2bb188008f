"""Events of delegations, as the statements that change them write them."""

import json
from typing import Any

from domain.audit import Actor, EventKind
from domain.reasons import Reason

_RECORD = """
INSERT INTO event
    (at, kind, actor, subject_id, account_id, company_id, person_id, reason, before, after)
SELECT clock_timestamp(), {kind}, CAST(:event_actor AS jsonb), c.id, c.account_id,
       a.company_id, {person}, {reason}, {before}, {after}
FROM changed c JOIN account a ON a.id = c.account_id ORDER BY c.id
"""
AFTER = "jsonb_build_object('state', c.state, 'version', c.version)"
REASON = "CAST(:event_reason AS jsonb)"
NOBODY = "CAST(NULL AS uuid)"
"""SQL: in place of the receiver, who is to know nothing of a proposal."""


def recorded(
    *,
    person: str = "c.receiver_id",
    reason: str = REASON,
    before: str = "NULL",
    after: str = AFTER,
    kind: str = ":event_kind",
) -> str:
    """SQL that writes an event of each row ``c`` of ``changed``, a CTE with rows of ``delegation``.

    ``person``: whose history it is in.
    """
    return _RECORD.format(person=person, reason=reason, before=before, after=after, kind=kind)


def parameters_of(kind: EventKind, actor: Actor, reason: Reason | None = None) -> dict[str, Any]:
    """Return the parameters of a statement with ``recorded`` in it; a reason for ``REASON``."""
    event = {"event_kind": kind.value, "event_actor": json.dumps(actor.as_json())}
    return event | ({"event_reason": json.dumps(reason.as_json())} if reason else {})
