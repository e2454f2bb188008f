"""Columns of a grant and the moment that counts, as every query of grants reads them."""

from collections.abc import Sequence
from typing import Any

from domain.access.grants import SIGNING_RULE_READ, Grant, Origin
from domain.access.permissions import Permission
from domain.reasons import Reason

AT = "CAST(:at AS timestamptz)"
MOMENT = f"COALESCE({AT}, statement_timestamp())"
"""The database's own unless one is given: a revocation counts from its commit on."""


def suspended(subject: str, moment: str) -> str:
    """SQL: whether a suspension ``x`` is in force at the moment for which ``subject`` is true."""
    return f"EXISTS (SELECT FROM suspension x WHERE {subject} AND x.period @> {moment})"


def given_in_its_name(grant: str) -> str:
    """SQL: whether the suspension ``x`` by a company's state holds back the grant ``grant``.

    What is delegated, and paper mandates of before it: what officers confirm during it, they judge
    knowing of it.
    """
    return f"""({grant}.origin = 'delegation'
            OR {grant}.permissions IS NOT NULL AND {grant}.created_at < x.begun_at)"""


def in_force(grant: str = "g", moment: str = MOMENT) -> str:
    """SQL: whether the grant ``grant`` gives access at the moment, an SQL expression.

    It does within its validity, unless its account, its person, or the person whose delegation it
    is passed on from is suspended then, and until the contract of its service ends
    (``service.access_until``). What the register says of the account's company suspends
    what was given in its name only. Every query that decides about or lists access uses it.
    """
    return _unhindered(grant, moment, f"@> {moment}", begun=moment)


def in_force_or_following(grant: str, moment: str) -> str:
    """SQL: whether the grant gives access at the moment, or will by itself at a later one.

    What suspends it at the moment holds back what follows as well: its end is not known.
    """
    begun = f"GREATEST({moment}, lower({grant}.validity))"
    return _unhindered(grant, moment, f"&& tstzrange({moment}, NULL)", begun=begun)


def is_valid(grant: str, moment: str) -> str:
    """SQL: which of the grants that are ``in_force_or_following`` are in force."""
    return f"{grant}.validity @> {moment}"


def _unhindered(grant: str, moment: str, validity: str, *, begun: str) -> str:
    account = f"""x.account_id = {grant}.account_id
         AND (x.kind <> 'company' OR {given_in_its_name(grant)})"""
    # Two EXISTS, one indexed look-up each, cost less than one with an OR.
    return f"""({grant}.validity {validity}
     AND ({grant}.service_id IS NULL OR NOT EXISTS (
         SELECT FROM service v WHERE v.id = {grant}.service_id AND v.access_until <= {begun}))
     AND NOT {suspended(f"x.person_id IN ({grant}.person_id, {grant}.passed_on_by)", moment)}
     AND NOT {suspended(account, moment)})"""


def by_reading(grant: str = "g") -> str:
    """SQL: whether the grant ``grant`` follows from a reading of a signing rule."""
    code = f"{grant}.reason ->> 'code' = '{SIGNING_RULE_READ}'"
    return f"({grant}.origin = 'operator' AND {code})"


def by_register(grant: str = "g") -> str:
    """SQL: whether the grant ``grant`` says what the register says, read by officers or not."""
    return f"({grant}.origin = 'register' OR {by_reading(grant)})"


IN_FORCE = in_force()
"""SQL: whether the grant ``g`` gives access at ``MOMENT``."""


# A register state that was current at a past moment may have been confirmed since: of that moment
# itself all that is known is that the confirmation was not younger.
def columns(at: str) -> str:
    """SQL: columns of the grant ``g``, with how fresh the register state ``s`` behind it is.

    ``at``: an SQL expression of the past moment that is asked about; NULL: now.
    """
    return f"""g.id, g.role, g.service_id, g.origin, lower(g.validity) AS since,
       upper(g.validity) AS until, g.reason, g.permissions,
       CASE WHEN s.as_of > {at} THEN {at} ELSE s.as_of END AS as_of"""


COLUMNS = columns(AT)
"""``columns`` for ``AT``."""
WIDTH = 9
"""Number of COLUMNS."""


def register_state(moment: str) -> str:
    """SQL: joins the register state ``s`` behind the grant ``g`` on the account ``a``."""
    return f"""
LEFT JOIN register_state s ON g.origin = 'register' AND s.company_id = a.company_id
     AND s.in_force @> {moment}"""


REGISTER_STATE = register_state(MOMENT)
"""``register_state`` at ``MOMENT``."""


def grant_of(columns: Sequence[Any]) -> Grant:
    """Build a grant from the columns of ``COLUMNS``, in their order."""
    id_, role, service_id, origin, since, until, reason, permissions, as_of = columns
    why = Reason.from_json(reason)
    frozen = None if permissions is None else frozenset(map(Permission, permissions))
    return Grant(id_, role, service_id, Origin(origin), since, until, why, as_of, frozen)
