"""Table ``customer_size``: read the size class of an account's owner."""

from uuid import UUID

from sqlalchemy import text

from domain.contracts.sizes import CustomerSize, SizeClass
from storage.database import Session

_READ = text("SELECT size_class, source, as_of FROM customer_size WHERE account_id = :account")


def known(session: Session, account_id: UUID) -> CustomerSize | None:
    """Return the size class that was told of an account's owner; None: none was."""
    row = session.execute(_READ, {"account": account_id}).one_or_none()
    return None if row is None else CustomerSize(SizeClass(row.size_class), row.source, row.as_of)
