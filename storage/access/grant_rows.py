"""Columns of a grant and the moment that counts, as every query of grants reads them."""

from collections.abc import Sequence
from typing import Any

from domain.access.grants import Grant, Origin
from domain.reasons import Reason

AT = "CAST(:at AS timestamptz)"
MOMENT = f"COALESCE({AT}, statement_timestamp())"
"""The database's own unless one is given: a revocation counts from its commit on."""
# A register state that was current at a past moment may have been confirmed since: of that moment
# itself all that is known is that the confirmation was not younger.
COLUMNS = f"""g.id, g.role, g.service_id, g.origin, lower(g.validity) AS since,
       upper(g.validity) AS until, g.reason,
       CASE WHEN s.as_of > {AT} THEN {AT} ELSE s.as_of END AS as_of"""
"""Columns of the grant ``g``, with how fresh the register state ``s`` behind it is."""
WIDTH = 8
"""Number of COLUMNS."""
REGISTER_STATE = f"""
LEFT JOIN register_state s ON g.origin = 'register' AND s.company_id = a.company_id
     AND s.in_force @> {MOMENT}"""
"""Joins the register state ``s`` behind the grant ``g`` on the account ``a``."""


def grant_of(columns: Sequence[Any]) -> Grant:
    """Build a grant from the columns of ``COLUMNS``, in their order."""
    id_, role, service_id, origin, since, until, reason, as_of = columns
    why = Reason.from_json(reason)
    return Grant(id_, role, service_id, Origin(origin), since, until, why, as_of)
