"""Notices of a bank link: 1111 (paid) and 1911 (not paid), by the browser or the bank's server.

The signature is over the bytes that came, so they are kept as they came until it is verified.
VK_ENCODING is not signed, and the lengths in the signed text are in characters: another encoding
could shift where a field ends. It is taken only from a list, and what decides about money - stamp,
amount, currency, account - stands before the first text that anybody outside can choose, so no
shift reaches it.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import parse_qsl

from activities.adapters.banks.pangalink_mac import mac_text
from activities.adapters.json_requests import is_id
from domain.billing.money import Money, MoneyError
from domain.payments.bank_links import LinkEncoding
from domain.payments.orders import NotOurs, NotOursReason

PAID = "1111"
NOT_PAID = "1911"
_SIGNED = {
    PAID: (
        *("VK_SERVICE", "VK_VERSION", "VK_SND_ID", "VK_REC_ID", "VK_STAMP", "VK_T_NO"),
        *("VK_AMOUNT", "VK_CURR", "VK_REC_ACC", "VK_REC_NAME", "VK_SND_ACC", "VK_SND_NAME"),
        *("VK_REF", "VK_MSG", "VK_T_DATETIME"),
    ),
    NOT_PAID: (
        *("VK_SERVICE", "VK_VERSION", "VK_SND_ID", "VK_REC_ID", "VK_STAMP", "VK_REF", "VK_MSG"),
    ),
}
"""Fields in the order in which they are signed."""
_SAME = {"VK_REC_ACC": "VK_ACC"}
"""SEB sends the account under the name that it has in orders."""
_KEPT = frozenset({"VK_STAMP", "VK_T_NO", "VK_REF"})
_ENCODING = ("VK_ENCODING", "VK_CHARSET")
"""Not signed. SEB and LHV say VK_CHARSET."""
_TIME = "VK_T_DATETIME"
_FORM = "application/x-www-form-urlencoded"
_MOST_BYTES = 32 * 1024
_MOST_FIELDS = 60
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?|\.[0-9]{1,2}")
"""``10``, ``10.5``, ``.17``: banks write amounts in all these ways."""
_WINDOW = timedelta(minutes=5)


class Notice(NamedTuple):
    """A notice that can be read. Nothing of it is proved before its signature is verified."""

    fields: Mapping[str, str]
    signed: bytes
    """What the signature is over."""
    mac: str
    from_server: bool

    @property
    def is_paid(self) -> bool:
        """Return whether it says that the payment was made."""
        return self.fields["VK_SERVICE"] == PAID


def read(raw: bytes, content_type: str, usual: LinkEncoding) -> Notice:
    """Read the form that came; ``usual``: its encoding where it names none. Raises NotOurs."""
    values = _values(raw, content_type)
    encoding = _encoding(values, usual)
    names = _SIGNED.get(values.get("VK_SERVICE", b"").decode("latin-1"))
    if names is None:
        raise NotOurs(NotOursReason.UNKNOWN_SERVICE)
    try:
        fields = {name: values[_name_of(name, values)].decode(encoding) for name in names}
        signed = mac_text(fields.values()).encode(encoding)
        mac = values["VK_MAC"].decode("ascii")
        _check_ids(fields)
    except (KeyError, ValueError):
        raise NotOurs(NotOursReason.UNREADABLE) from None
    return Notice(fields, signed, mac, values.get("VK_AUTO") == b"Y")


def amount_of(notice: Notice) -> Money:
    """Read the amount that was paid. Raises NotOurs."""
    amount, currency = notice.fields["VK_AMOUNT"], notice.fields["VK_CURR"]
    if not _AMOUNT.fullmatch(amount):
        raise NotOurs(NotOursReason.UNREADABLE)
    try:
        return Money(Decimal(amount), currency)
    except MoneyError:
        raise NotOurs(NotOursReason.UNREADABLE) from None


def time_of(notice: Notice) -> datetime | None:
    """Read when the payment was made; None where the notice does not say it readably."""
    try:
        return datetime.strptime(notice.fields[_TIME], "%Y-%m-%dT%H:%M:%S%z")
    except (KeyError, ValueError):
        return None


def is_timely(at: datetime | None, received_at: datetime) -> bool:
    """Return whether a notice came within five minutes of its time, either way (pangaliit.ee)."""
    return at is not None and abs(received_at - at) <= _WINDOW


def _values(raw: bytes, content_type: str) -> dict[str, bytes]:
    """Return the form's fields as bytes."""
    if content_type.partition(";")[0].strip().lower() != _FORM or len(raw) > _MOST_BYTES:
        raise NotOurs(NotOursReason.UNREADABLE)
    try:  # Latin-1 has a character for each byte, so that none is lost
        pairs = parse_qsl(
            raw.decode("latin-1"),
            keep_blank_values=True,
            encoding="latin-1",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise NotOurs(NotOursReason.UNREADABLE) from None
    pairs = [pair for pair in pairs if pair[0].startswith("VK_")]  # SEB sends others as well
    values = {name: value.encode("latin-1") for name, value in pairs}
    if _TIME in values:  # a plus that was not escaped comes as a space
        values[_TIME] = values[_TIME].replace(b" ", b"+")
    if len(values) < len(pairs):  # which of two counts is anybody's guess
        raise NotOurs(NotOursReason.UNREADABLE)
    return values


def _check_ids(fields: Mapping[str, str]) -> None:
    """Raise ValueError where what is looked up and kept is no text that a database takes."""
    for name in _KEPT & fields.keys():
        if fields[name] and not is_id(fields[name]):
            raise ValueError(name)


def _encoding(values: Mapping[str, bytes], usual: LinkEncoding) -> LinkEncoding:
    named = next((values[name] for name in _ENCODING if values.get(name)), None)
    if named is None:
        return usual
    try:
        return LinkEncoding(named.decode("latin-1").upper())
    except ValueError:
        raise NotOurs(NotOursReason.UNREADABLE) from None


def _name_of(name: str, values: Mapping[str, bytes]) -> str:
    return name if name in values else _SAME.get(name, name)
