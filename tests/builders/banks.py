"""Banks of tests: their settings, orders, and notices that they sign themselves."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from activities.adapters.banks.banks import make_bank
from activities.adapters.banks.pangalink import PangalinkBank
from domain.billing.money import Money
from domain.numbers.sms_texts import Language
from domain.payments.orders import PaymentOrder
from settings.banks import BankSettings

ACCOUNT = "EE382200221020145685"
OTHER_ACCOUNT = "EE471000001020145685"
OPERATOR, BANK = "TELEKOM", "KUUSK"
FORM = "application/x-www-form-urlencoded"
AT = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
ORDER = PaymentOrder(
    payment_id=UUID("018f4e4e-0000-7000-8000-000000000001"),
    stamp="00000000000000000042",
    amount=Money.of_text("12.34"),
    reference="121312952",
    message="Arve 2026-11",
    language=Language.ESTONIAN,
    sent_at=AT,
    return_url="https://volitus.example/v1/banks/kuusk/return",
)
_PAID = (
    *("SERVICE", "VERSION", "SND_ID", "REC_ID", "STAMP", "T_NO", "AMOUNT", "CURR", "REC_ACC"),
    *("REC_NAME", "SND_ACC", "SND_NAME", "REF", "MSG", "T_DATETIME"),
)
_NOT_PAID = ("SERVICE", "VERSION", "SND_ID", "REC_ID", "STAMP", "REF", "MSG")
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha256": hashes.SHA256(),
    "sha512": hashes.SHA512(),
}


@cache
def key_of(whose: str) -> rsa.RSAPrivateKey:
    """Return the key of somebody, the same for the same name."""
    del whose
    return rsa.generate_private_key(65537, 2048)


def private_pem(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def public_pem(key: Any) -> str:
    return str(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    )


def bank_settings(**changes: object) -> dict[str, object]:
    """Return one object of VOLITUS_BANKS; a member that is None is left out."""
    settings: dict[str, object] = {
        "name": "kuusk",
        "title": "Kuusk Pank",
        "url": "https://bank.example/link",
        "sender_id": OPERATOR,
        "receiver_id": BANK,
        "version": "009",
        "private_key": private_pem(key_of("operator")),
        "bank_certificate": public_pem(key_of("bank")),
        "account_iban": ACCOUNT,
    } | changes
    return {name: value for name, value in settings.items() if value is not None}


def bank(**changes: str | None) -> PangalinkBank:
    """Return the bank of these settings; the same ones make the same one."""
    return _bank(tuple(sorted(changes.items())))


@cache
def _bank(changes: tuple[tuple[str, str | None], ...]) -> PangalinkBank:
    return make_bank(BankSettings.model_validate(bank_settings(**dict(changes))))


def order(**changes: Any) -> PaymentOrder:
    """Return an order of 12.34 EUR."""
    return replace(ORDER, **changes)


def paid(**changes: str) -> dict[str, str]:
    """Return the fields of a notice that ORDER was paid, without the signature."""
    return {
        "SERVICE": "1111",
        "VERSION": "009",
        "SND_ID": BANK,
        "REC_ID": OPERATOR,
        "STAMP": ORDER.stamp,
        "T_NO": "169",
        "AMOUNT": "12.34",
        "CURR": "EUR",
        "REC_ACC": ACCOUNT,
        "REC_NAME": "Telekom AS",
        "SND_ACC": OTHER_ACCOUNT,
        "SND_NAME": "Õie Jäär",
        "REF": ORDER.reference,
        "MSG": "Arve 2026-11",
        "T_DATETIME": "2026-11-28T12:00:00+0200",
    } | changes


def not_paid(**changes: str) -> dict[str, str]:
    """Return the fields of a notice that ORDER was not paid, without the signature."""
    kept = {name: value for name, value in paid().items() if name in _NOT_PAID}
    return kept | {"SERVICE": "1911"} | changes


def body(
    fields: Mapping[str, str],
    *,
    encoding: str = "UTF-8",
    says: str | None = "UTF-8",
    mac_hash: str = "sha512",
    key: str = "bank",
    auto: str = "N",
    names: Mapping[str, str] | None = None,
) -> bytes:
    """Return a notice as it comes: signed over bytes of ``encoding``, which it ``says`` it is in.

    ``names``: fields that are sent under other names.
    """
    order_ = _PAID if fields["SERVICE"] == "1111" else _NOT_PAID
    text = "".join(f"{len(fields[name]):03d}{fields[name]}" for name in order_)
    mac = key_of(key).sign(text.encode(encoding), padding.PKCS1v15(), _HASHES[mac_hash])
    values = {f"VK_{name}": value.encode(encoding) for name, value in fields.items()}
    values |= {"VK_MAC": base64.b64encode(mac), "VK_AUTO": auto.encode(), "VK_LANG": b"EST"}
    if says is not None:
        values["VK_ENCODING"] = says.encode()
    called = names or {}
    return "&".join(
        f"{called.get(name, name)}={quote_from_bytes(value, safe='')}"
        for name, value in values.items()
    ).encode()
