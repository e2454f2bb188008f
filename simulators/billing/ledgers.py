"""The accounts that have numbers, and so invoices and usage: set by ``/_control``."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from simulators.billing.months import Month

Kind = Literal["mobile", "fixed_line", "internet", "router"]


class NumberForm(BaseModel):
    """A number, or a line without one, and what is used of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: UUID
    number: str | None = Field(None, pattern="^[+][0-9]{5,15}$")
    kind: Kind = "mobile"
    package: str = "Äri 20"
    monthly_fee: Decimal = Field(Decimal("12.90"), ge=0, description="Without VAT")
    records: int = Field(120, ge=0, le=2_000_000, description="Usage records in every month")
    minutes: int | None = Field(None, ge=0, description="Included in a month; null: no limit")
    megabytes: int | None = Field(20_480, ge=0)
    messages: int | None = Field(None, ge=0)
    credit_limit: Decimal | None = Field(None, ge=0, description="With VAT; null: none")


class LedgerForm(BaseModel):
    """An account with its numbers. The same form gives the same invoices and usage."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: UUID
    numbers: list[NumberForm] = Field(max_length=2000)
    months: int = Field(12, ge=0, le=60, description="Invoiced months before the current one")
    unpaid: int = Field(1, ge=0, le=60, description="How many of the newest invoices are not paid")
    credit_limit: Decimal | None = Field(None, ge=0, description="Of the account; with VAT")
    payee: str = "Telekom AS"
    iban: str = "EE382200221020145685"


@dataclass(eq=False)
class Phone:
    """A number of a ledger, with what was once worked out about it."""

    form: NumberForm
    ledger: "Ledger"
    kept: dict[tuple[str, Month], Any] = field(default_factory=dict)

    @property
    def service(self) -> str:
        return str(self.form.service)

    @property
    def seed(self) -> str:
        """What its chance begins with: nothing else counts, so that its usage is the same."""
        return f"{self.form.service.hex}{self.form.kind}"


@dataclass(eq=False)
class Ledger:
    """An account with numbers, from its first month on. ``paid_until``: older months are paid."""

    form: LedgerForm
    first: Month
    paid_until: Month
    phones: list[Phone] = field(default_factory=list)
    issued: dict[str, Any] = field(default_factory=dict)
    on_hold: set[str] = field(default_factory=set)


class Ledgers:
    """All of them, by account."""

    def __init__(self) -> None:
        self._by_account: dict[UUID, Ledger] = {}

    def put(self, form: LedgerForm, now: datetime) -> None:
        """Set a ledger. Its first month is counted from now; months that are not invoiced, too."""
        this = Month.of(now)
        newest = next(each for n in (1, 2) if (each := this.plus(-n)).issued_at <= now.timestamp())
        ledger = Ledger(form, this.plus(-form.months), newest.plus(1 - form.unpaid))
        ledger.phones = [Phone(each, ledger) for each in form.numbers]
        self._by_account[form.account] = ledger

    def get(self, account: UUID) -> Ledger | None:
        return self._by_account.get(account)

    def all(self) -> list[Ledger]:
        return list(self._by_account.values())

    def of_service(self, service: UUID) -> Ledger | None:
        """Return the ledger that has this service."""
        for each in self._by_account.values():
            if any(phone.form.service == service for phone in each.phones):
                return each
        return None

    def forget(self) -> None:
        self._by_account.clear()
