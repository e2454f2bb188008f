"""Means of payments beside the database: the banks, the rules, and the addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote
from uuid import UUID

from activities.adapters.banks.banks import Banks
from activities.adapters.banks.port import Bank
from domain.numbers.sms_texts import Language
from domain.payments.due import STANDARD, PaymentRules
from services.errors import Refused


@dataclass(frozen=True, slots=True)
class Paying:
    """The means by which invoices are paid here."""

    banks: Banks = field(default_factory=Banks)
    titles: Mapping[str, str] = field(default_factory=dict)
    """Name for people of each bank, in the order of the settings."""
    rules: PaymentRules = STANDARD
    api_url: str = ""
    """The API's address as browsers and banks reach it; empty: no payment is started."""
    portal_url: str = ""
    """Address of the portal to which the payer goes afterwards; empty: nowhere."""

    def bank(self, name: str) -> Bank:
        """Return a bank at which payments are started. Raises Refused ``bank_unknown``."""
        found = self.banks.of(name)
        if found is None or not self.api_url:
            raise Refused("bank_unknown")
        return found

    def title(self, name: str) -> str:
        """Return what people know a bank by, also one that no setting names any more."""
        return self.titles.get(name, name)

    def return_url(self, bank: str) -> str:
        """Return where a bank sends the payer and its notices. Without a query."""
        return f"{self.api_url.rstrip('/')}/v1/banks/{quote(bank, safe='')}/return"

    def page(self, payment_id: UUID, language: Language) -> str | None:
        """Return the page of a payment; None: there are no pages.

        ``language``: in which it was begun: the bank's page does not say.
        """
        found = self._page(str(payment_id))
        return None if found is None else f"{found}?language={language}"

    def unread_page(self) -> str | None:
        """Return the page that says that the bank's answer could not be read; None: none does."""
        return self._page("unread")

    def _page(self, of: str) -> str | None:
        return f"{self.portal_url.rstrip('/')}/payments/{of}" if self.portal_url else None
