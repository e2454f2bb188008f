"""What a bank tells of a payment: a signed form, right or with a fault."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_from_bytes
from zoneinfo import ZoneInfo

from simulators.bank.keys import STRANGER, Keys
from simulators.bank.mac import mac_of, signed_bytes
from simulators.bank.payments import Payment, State
from simulators.bank.profiles import OPERATOR_ID, OPERATOR_NAME
from simulators.faults import Fault

_PAID = (
    *("VK_SERVICE", "VK_VERSION", "VK_SND_ID", "VK_REC_ID", "VK_STAMP", "VK_T_NO", "VK_AMOUNT"),
    *("VK_CURR", "VK_REC_ACC", "VK_REC_NAME", "VK_SND_ACC", "VK_SND_NAME", "VK_REF", "VK_MSG"),
    "VK_T_DATETIME",
)
_NOT_PAID = (
    *("VK_SERVICE", "VK_VERSION", "VK_SND_ID", "VK_REC_ID", "VK_STAMP", "VK_REF", "VK_MSG"),
)
_ZONE = ZoneInfo("Europe/Tallinn")
CONTENT_FAULTS = frozenset({"other_amount", "wrong_key", "wrong_hash", "latin"})


@dataclass(frozen=True, slots=True)
class Notice:
    """A form to post to ``url``, in this encoding."""

    url: str
    fields: dict[str, str]
    charset: str

    @property
    def service(self) -> str:
        return self.fields["VK_SERVICE"]

    def body(self) -> bytes:
        return "&".join(
            f"{name}={quote_from_bytes(value.encode(self.charset), safe='')}"
            for name, value in self.fields.items()
        ).encode()


def notice_of(
    payment: Payment, keys: Keys, told_at: datetime, *, auto: bool, fault: Fault | None = None
) -> Notice:
    """Return what the bank tells of a payment that is over."""
    kind = fault and fault.kind
    is_paid = payment.state is State.PAID and kind not in {"cancelled", "cancelled_first"}
    names = _PAID if is_paid else _NOT_PAID
    values = _values(payment, told_at) | ({} if is_paid else {"VK_SERVICE": "1911"})
    if kind == "other_amount":
        values["VK_AMOUNT"] = "0.01"
    bank, mac_hash = payment.bank, payment.bank.mac_hash
    charset = "ISO-8859-1" if kind == "latin" else bank.encoding
    key = keys.of(STRANGER if kind == "wrong_key" else bank.name)
    if kind == "wrong_hash":
        mac_hash = "sha256"
    fields = {name: values[name] for name in names}
    mac = mac_of(signed_bytes(fields, names, charset), key, mac_hash)
    if is_paid:
        fields[bank.account_field] = fields.pop("VK_REC_ACC")
    fields |= {"VK_MAC": mac, bank.encoding_field: charset, "VK_LANG": "EST"}
    return Notice(_address(payment), fields | {"VK_AUTO": "Y" if auto else "N"}, charset)


def _address(payment: Payment) -> str:
    return payment.order["VK_RETURN" if payment.state is State.PAID else "VK_CANCEL"]


def _values(payment: Payment, told_at: datetime) -> dict[str, str]:
    order, bank = payment.order, payment.bank
    return {
        "VK_SERVICE": "1111",
        "VK_VERSION": bank.version,
        "VK_SND_ID": bank.bank_id,
        "VK_REC_ID": OPERATOR_ID,
        "VK_STAMP": order["VK_STAMP"],
        "VK_T_NO": payment.number,
        "VK_AMOUNT": order["VK_AMOUNT"],
        "VK_CURR": order["VK_CURR"],
        "VK_REC_ACC": bank.account,
        "VK_REC_NAME": OPERATOR_NAME,
        "VK_SND_ACC": payment.payer.account,
        "VK_SND_NAME": payment.payer.name,
        "VK_REF": order["VK_REF"],
        "VK_MSG": order["VK_MSG"],
        "VK_T_DATETIME": told_at.astimezone(_ZONE).strftime("%Y-%m-%dT%H:%M:%S%z"),
    }
