"""The form of a bank link that the payer's browser posts to the bank: service 1012, or 1011.

1012 pays to the account of the agreement, 1011 to the one that the form names. Lengths are those of
the specification (pangaliit.ee, 1.1); a bank that gets more refuses the payer, so more is never
sent. What people read, the message, is shortened; anything else too long is a mistake of settings.
"""

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.numbers.sms_texts import Language
from domain.payments.bank_links import LinkEncoding
from domain.payments.orders import PaymentOrder

TO_NAMED_ACCOUNT = "1011"
TO_AGREED_ACCOUNT = "1012"
SIGNED = {
    TO_NAMED_ACCOUNT: (
        *("VK_SERVICE", "VK_VERSION", "VK_SND_ID", "VK_STAMP", "VK_AMOUNT", "VK_CURR", "VK_ACC"),
        *("VK_NAME", "VK_REF", "VK_MSG", "VK_RETURN", "VK_CANCEL", "VK_DATETIME"),
    ),
    TO_AGREED_ACCOUNT: (
        *("VK_SERVICE", "VK_VERSION", "VK_SND_ID", "VK_STAMP", "VK_AMOUNT", "VK_CURR"),
        *("VK_REF", "VK_MSG", "VK_RETURN", "VK_CANCEL", "VK_DATETIME"),
    ),
}
"""Fields in the order in which they are signed."""
LONGEST = {
    "VK_SND_ID": 15,
    "VK_STAMP": 20,
    "VK_AMOUNT": 12,
    "VK_CURR": 3,
    "VK_ACC": 34,
    "VK_NAME": 70,
    "VK_REF": 35,
    "VK_MSG": 95,
    "VK_RETURN": 255,
    "VK_CANCEL": 255,
    "VK_DATETIME": 24,
}
"""Characters."""
_LANGUAGES = {Language.ESTONIAN: "EST", Language.RUSSIAN: "RUS", Language.ENGLISH: "ENG"}
_ZONE = ZoneInfo("Europe/Tallinn")
_CENT = Decimal("0.01")


class Payee(NamedTuple):
    """The account that a form names."""

    iban: str
    name: str


def signed_fields(
    order: PaymentOrder, version: str, sender_id: str, payee: Payee | None, encoding: LinkEncoding
) -> dict[str, str]:
    """Return the fields of an order, in the order of the signature. Raises ValueError."""
    service = TO_AGREED_ACCOUNT if payee is None else TO_NAMED_ACCOUNT
    values = {
        "VK_SERVICE": service,
        "VK_VERSION": version,
        "VK_SND_ID": sender_id,
        "VK_STAMP": order.stamp,
        "VK_AMOUNT": _amount(order),
        "VK_CURR": order.amount.currency,
        "VK_REF": order.reference,
        "VK_MSG": shortened(order.message, encoding),
        "VK_RETURN": _return_url(order),
        "VK_CANCEL": _return_url(order),
        "VK_DATETIME": moment(order.sent_at),
    }
    if payee is not None:
        values |= {"VK_ACC": payee.iban, "VK_NAME": payee.name}
    for name, longest in LONGEST.items():
        if len(values.get(name, "")) > longest:
            raise ValueError(f"{name} is longer than the bank takes")
    return {name: values[name] for name in SIGNED[service]}


def language_of(order: PaymentOrder) -> str:
    """Return VK_LANG: what the bank speaks with the payer."""
    return _LANGUAGES[order.language]


def moment(at: datetime) -> str:
    """Return VK_DATETIME: local time with its offset, to the second."""
    return at.astimezone(_ZONE).strftime("%Y-%m-%dT%H:%M:%S%z")


def shortened(message: str, encoding: LinkEncoding) -> str:
    """Return the message as the bank takes it: one line, 95 characters that its encoding has."""
    line = " ".join(unicodedata.normalize("NFC", message).split())
    return "".join(_within(each, encoding) for each in line)[: LONGEST["VK_MSG"]].rstrip()


def _within(character: str, encoding: LinkEncoding) -> str:
    """Return a character of the encoding: š becomes s where it has no š."""
    if not character.isprintable():
        return ""
    for each in (character, unicodedata.normalize("NFKD", character)[0], "?"):
        try:
            each.encode(encoding)
        except UnicodeEncodeError:
            continue
        return each
    return ""


def _amount(order: PaymentOrder) -> str:
    amount = order.amount.amount
    if amount <= 0 or amount != amount.quantize(_CENT):
        raise ValueError("a payment is above zero and in whole cents")
    return f"{amount:.2f}"


def _return_url(order: PaymentOrder) -> str:
    if "?" in order.return_url or "#" in order.return_url:
        raise ValueError("the address of the return must have no query: some banks drop it")
    return order.return_url
