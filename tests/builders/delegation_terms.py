"""Terms of delegations, with a good value for whatever a test does not name."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from domain.access.permissions import Permission
from domain.delegations.terms import COMPOSED, Terms
from tests.builders.register_states import TODAY

P = Permission
PAYING = frozenset({P.INVOICE_PAY, P.INVOICE_VIEW})
MONTH = timedelta(days=30)


def terms(
    *permissions: Permission,
    on: Iterable[UUID] = (),
    role: str = COMPOSED,
    first: date = TODAY,
    last: date = TODAY + MONTH,
    may_pass_on: bool = False,
) -> Terms:
    chosen = frozenset(permissions) or PAYING
    return Terms(role, chosen, frozenset(on), first, last, may_pass_on)
