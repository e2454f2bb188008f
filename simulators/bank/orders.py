"""The form that a payer's browser brings, read as strictly as a bank does."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from simulators.bank.mac import is_mac_of, signed_bytes
from simulators.bank.profiles import OPERATOR_ID, Profile

_FIRST = ("VK_SERVICE", "VK_VERSION", "VK_SND_ID", "VK_STAMP", "VK_AMOUNT", "VK_CURR")
_LAST = ("VK_REF", "VK_MSG", "VK_RETURN", "VK_CANCEL", "VK_DATETIME")
_FIELDS = {"1011": (*_FIRST, "VK_ACC", "VK_NAME", *_LAST), "1012": (*_FIRST, *_LAST)}
_LENGTHS = {
    "VK_STAMP": 20,
    "VK_AMOUNT": 12,
    "VK_REF": 35,
    "VK_ACC": 34,
    "VK_NAME": 70,
    "VK_MSG": 95,
    "VK_RETURN": 255,
    "VK_CANCEL": 255,
    "VK_MAC": 700,
    "VK_DATETIME": 24,
}
_AMOUNT = re.compile(r"[0-9]{1,9}\.[0-9]{2}")
_WINDOW = timedelta(minutes=5)
_WEIGHTS = (7, 3, 1)


class OrderRefused(Exception):
    """Why the bank shows no payment; in words for whoever reads the page."""


def read_order(body: bytes, profile: Profile, key: RSAPublicKey, now: datetime) -> dict[str, str]:
    """Return the fields of an order that is signed by the operator. Raises OrderRefused."""
    fields = _decoded(body, profile)
    names = _FIELDS.get(fields.get("VK_SERVICE", ""))
    if names is None or any(each not in fields for each in (*names, "VK_MAC")):
        raise OrderRefused("The form is not whole.")
    long = [name for name, most in _LENGTHS.items() if len(fields.get(name, "")) > most]
    if long:
        raise OrderRefused(f"Too long: {', '.join(long)}.")
    if fields["VK_VERSION"] != profile.version or fields["VK_SND_ID"] != OPERATOR_ID:
        raise OrderRefused("There is no such agreement.")
    signed = signed_bytes(fields, names, profile.encoding)
    if not is_mac_of(signed, fields["VK_MAC"], key, profile.mac_hash):
        raise OrderRefused("The signature is wrong.")
    _check(fields, profile, now)
    return fields


def _check(fields: Mapping[str, str], profile: Profile, now: datetime) -> None:
    try:
        sent_at = datetime.strptime(fields["VK_DATETIME"], "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise OrderRefused("VK_DATETIME is no time.") from None
    if abs(now - sent_at) > _WINDOW:
        raise OrderRefused("The form is older than five minutes.")
    if fields.get("VK_ACC", profile.account) != profile.account:
        raise OrderRefused("The account is not the one of the agreement.")
    if not _AMOUNT.fullmatch(fields["VK_AMOUNT"]) or fields["VK_CURR"] != "EUR":
        raise OrderRefused("The amount is none.")
    if not re.fullmatch(r"[0-9]{1,20}", fields["VK_STAMP"]):
        raise OrderRefused("VK_STAMP is no number.")
    if fields["VK_REF"] and not _is_reference(fields["VK_REF"]):
        raise OrderRefused("The reference number is wrong.")
    if "?" in fields["VK_RETURN"] or not fields["VK_RETURN"].startswith(("http://", "https://")):
        raise OrderRefused("VK_RETURN is no address.")


def _is_reference(reference: str) -> bool:
    if not re.fullmatch(r"[0-9]{2,20}", reference):
        return False
    *digits, last = map(int, reference)
    total = sum(digit * _WEIGHTS[n % 3] for n, digit in enumerate(reversed(digits)))
    return (10 - total % 10) % 10 == last


def _decoded(body: bytes, profile: Profile) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding=profile.encoding,
            errors="strict",
            max_num_fields=50,
        )
    except ValueError:
        raise OrderRefused(f"The form is not in {profile.encoding}.") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise OrderRefused("A field is there twice.")
    if fields.get("VK_ENCODING", profile.encoding) != profile.encoding:
        raise OrderRefused(f"This bank takes {profile.encoding} only.")
    return fields
