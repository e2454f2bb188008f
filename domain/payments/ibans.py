"""IBANs: python-stdnum checks their form and their mod 97; Estonia's hold one digit more.

The last digit of an Estonian account number is the 7-3-1 check digit of the 13 before it. The bank
is the two digits after the IBAN's own check digits.
"""

from stdnum import iban
from stdnum.exceptions import ValidationError

from domain.payments.references import check_digit

_ESTONIAN = "EE"
_ACCOUNT = slice(6, 19)
"""The account's digits without the bank's two and without the check digit."""


class InvalidIban(ValueError):
    """No IBAN. ``str()`` never contains what was given."""


def checked_iban(written: str) -> str:
    """Return the IBAN without spaces, in capitals. Raises InvalidIban."""
    try:
        compact = str(iban.validate(written))
    except ValidationError:
        raise InvalidIban("this is no IBAN") from None
    if compact.startswith(_ESTONIAN) and compact[-1] != check_digit(compact[_ACCOUNT]):
        raise InvalidIban("the check digit of the account is wrong")
    return compact


def same_account(one: str, other: str) -> bool:
    """Return whether two account numbers are one, however they are spaced; neither is checked."""
    return bool(one) and _bare(one) == _bare(other)


def _bare(account: str) -> str:
    return "".join(account.split()).upper()
