"""Access to payments: the right to pay an invoice, and the right to see its payments."""

from uuid import UUID

from domain.access.permissions import Permission
from domain.access.sight import Sight
from services.billing.sight import SightOf
from services.errors import NotFound, Refused
from storage.accounts import account_queries
from storage.database import Connection
from storage.payments import rows
from storage.payments.rows import StoredPayment


def require_payer(connection: Connection, account_id: UUID, sight_of: SightOf) -> Sight:
    """Return what a payer sees of an account.

    Raises NotFound where they see no invoice of it, and Refused ``not_permitted`` where they see
    them and may not pay. Staff pays nothing.
    """
    sight = sight_of(connection, account_id)
    if not sight.sees(Permission.INVOICE_VIEW):
        raise NotFound
    if sight.held is None or not sight.sees(Permission.INVOICE_PAY):
        raise Refused("not_permitted")
    return sight


def seen_payment(
    connection: Connection, payment_id: UUID, sight_of: SightOf
) -> tuple[StoredPayment, Sight]:
    """Return a payment and what the caller sees of its account. Raises NotFound.

    Needs `invoice:view` on the account. A later owner does not see an earlier one's.
    """
    payment = rows.read(connection, payment_id)
    if payment is None:
        raise NotFound
    sight = sight_of(connection, payment.account_id)
    if not sight.sees(Permission.INVOICE_VIEW):
        raise NotFound
    if sight.held is not None and not is_of_owner(connection, payment):
        raise NotFound
    return payment, sight


def is_of_owner(connection: Connection, payment: StoredPayment) -> bool:
    """Return whether the account still has the owner that it had when the payment was started."""
    account = account_queries.account(connection, payment.account_id)
    return account is not None and payment.owner_id in {account.company_id, account.person_id}
