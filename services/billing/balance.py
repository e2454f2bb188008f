"""Use case of readers: what an account owes."""

from uuid import UUID

from domain.access.permissions import Permission
from domain.billing.invoices import Balance
from domain.billing.snapshots import Known
from services.billing import invoice_questions as questions
from services.billing.reader import BillingReader
from services.billing.sight import SightOf, require
from services.engine import Engine


async def read_balance(
    engine: Engine, billing: BillingReader, account_id: UUID, sight_of: SightOf
) -> Known[Balance]:
    """Return what an account owes. Needs `balance:view` on it.

    Raises NotFound, BillingUnavailable.
    """
    await engine.read(lambda each: require(each, account_id, sight_of, Permission.BALANCE_VIEW))
    known = await billing.read(questions.of_balance(account_id))
    await engine.read(lambda each: require(each, account_id, sight_of, Permission.BALANCE_VIEW))
    return known
