"""Companies of which the register says that they are deleted or bankrupt; who may act then."""

from datetime import datetime

from domain.access.decisions import Decision
from domain.access.permissions import Permission
from domain.identifiers import CompanyKey, PersonKey
from domain.registry.register import Capacity, CompanyStatus, RegisterState
from services.access.check import check
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from tests.builders.delegations import OFFICE
from tests.builders.people import MARI, TOOMAS
from tests.builders.register_states import KUUSK, entry, sole, state
from tests.builders.rows import rows

VIEW = Permission.INVOICE_VIEW


def deleted(minute: int = 1, of: CompanyKey = KUUSK) -> RegisterState:
    return state(of=of, status=CompanyStatus.DELETED, minute=minute)


def bankrupt(minute: int = 1) -> RegisterState:
    """Toomas is the trustee."""
    trustee = entry(TOOMAS, "PANKR", Capacity.TRUSTEE)
    return state(trustee, status=CompanyStatus.BANKRUPT, minute=minute)


def alive(minute: int = 2) -> RegisterState:
    """Mari represents the company alone."""
    return state(sole(MARI), minute=minute)


def decision(
    database: Database, who: PersonKey, on: AccountFacts = OFFICE, at: datetime | None = None
) -> Decision:
    with database.reading() as connection:
        return check(connection, who, VIEW, on.id, at=at)


def allowed(database: Database, *people: PersonKey, on: AccountFacts = OFFICE) -> list[str]:
    """The codes of those of these people who may see invoices now."""
    return [who.code for who in people if decision(database, who, on).allowed]


def suspensions(database: Database) -> list[tuple[int, bool]]:
    """The account's number and whether it goes on, of each suspension of a company's account."""
    found = rows(
        database,
        "SELECT account_id, upper_inf(period) AS open FROM suspension WHERE kind = 'company'"
        " ORDER BY begun_at, account_id",
    )
    return [(row.account_id.int, row.open) for row in found]
