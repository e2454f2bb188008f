"""Events of delegations, as the statements that change them write them."""

import json
from typing import Any

from domain.audit import Actor, EventKind
from domain.reasons import Reason

RECORD = """
INSERT INTO event
    (at, kind, actor, subject_id, account_id, company_id, person_id, reason, before, after)
SELECT clock_timestamp(), :event_kind, CAST(:event_actor AS jsonb), c.id, c.account_id,
       a.company_id, c.receiver_id, {reason}, {before}, {after}
FROM changed c JOIN account a ON a.id = c.account_id ORDER BY c.id
"""
"""SQL that writes an event of each row of ``changed``, a CTE with rows of ``delegation``."""
AFTER = "jsonb_build_object('state', c.state, 'version', c.version)"
REASON = "CAST(:event_reason AS jsonb)"


def parameters_of(kind: EventKind, actor: Actor, reason: Reason | None = None) -> dict[str, Any]:
    """Return the parameters of a statement with ``RECORD`` in it; a reason for ``REASON``."""
    event = {"event_kind": kind.value, "event_actor": json.dumps(actor.as_json())}
    return event | ({"event_reason": json.dumps(reason.as_json())} if reason else {})
