"""The banks at which invoices are paid, by name."""

from collections.abc import Iterable, Iterator

from activities.adapters.banks.pangalink import Link, PangalinkBank
from activities.adapters.banks.port import Bank
from activities.adapters.banks.statements import NoStatements, Statements
from settings.banks import BankSettings, read_bank_key, read_own_key


class Banks:
    """The configured banks, in the order of the settings, which people see."""

    def __init__(self, banks: Iterable[Bank] = ()) -> None:
        self._by_name = {each.name: each for each in banks}

    def __iter__(self) -> Iterator[Bank]:
        return iter(self._by_name.values())

    def of(self, name: str) -> Bank | None:
        """Return the bank with this name; None: no setting names it, or no longer."""
        return self._by_name.get(name)


def make_bank(settings: BankSettings, statements: Statements | None = None) -> PangalinkBank:
    """Make the bank of these settings; without statements, where none are read."""
    link = Link(
        name=settings.name,
        url=str(settings.url),
        sender_id=settings.sender_id,
        bank_id=settings.receiver_id,
        version=settings.version,
        mac_hash=settings.mac_hash,
        encoding=settings.encoding,
        account=settings.account_iban,
        payee_name=settings.account_name,
    )
    own_key, bank_key = read_own_key(settings.private_key), read_bank_key(settings.bank_certificate)
    return PangalinkBank(link, own_key, bank_key, statements or NoStatements())
