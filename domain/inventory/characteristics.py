"""The fields of a service: who owns each, who sees it, and what is done where it drifts. Pure.

One table for what the operator's systems tell (``PUT /v1/services``, imports), what orders set and
what a network shows. Names of characteristics are those of the catalogue and of the network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.access.permissions import Permission
from domain.accounts import ServiceKind
from domain.catalogue.characteristic_specs import ValueType


class Owner(StrEnum):
    """Whose word says what a field should be."""

    OPERATOR = "operator"
    """The operator's systems tell it. Orders do not set it."""
    ORDERS = "orders"
    """The last order that set it. Until there is one: what the operator's systems told."""
    NETWORK = "network"
    """The network decides: what it has is right. What is told differently is shown."""


class DriftPolicy(StrEnum):
    """What is done where the network has something else than a characteristic should be."""

    REPORT = "report"
    """It is shown."""
    PROPOSE = "propose"
    """It is shown, and an operator decides whether it is repaired or accepted."""
    REPAIR = "repair"
    """It is sent to the network again, unless too much differs at once."""


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A characteristic of services of some kinds."""

    name: str
    type: ValueType
    kinds: frozenset[ServiceKind]
    owner: Owner
    permission: Permission
    """Needed on the service to see its values."""
    drift: DriftPolicy
    is_secret: bool = False
    """Its value is never in clear in a row, payload, event, log or answer, and never told."""
    is_resent: bool = True
    """A resend sends it. False: setting it is an act of its own (a new SIM), or it is a secret."""
    pattern: str = ""
    """What a string must match as a whole; empty: any line of at most ``LONGEST``."""


LONGEST = 200
"""Characters of a string."""
COLUMNS: Mapping[str, Owner] = MappingProxyType(
    {
        "account_id": Owner.OPERATOR,
        "kind": Owner.OPERATOR,
        "name": Owner.OPERATOR,
        "network": Owner.OPERATOR,
        "number": Owner.OPERATOR,
        "status": Owner.OPERATOR,
        "user": Owner.OPERATOR,
    }
)
"""Fields of a service that are no characteristics, and have columns of their own.

What the operator's systems tell of them holds at once. ``status`` ended and another ``account_id``
end what is ordered for the service, too.
"""

_MOBILE = frozenset({ServiceKind.MOBILE})
_VOICE = frozenset({ServiceKind.MOBILE, ServiceKind.FIXED_LINE})
_WITH_PACKAGE = _VOICE | {ServiceKind.INTERNET}
_ROUTER = frozenset({ServiceKind.ROUTER})
_PHONE = r"\+[1-9][0-9]{4,14}"
SIM_ABLE = "mobiilIdSim"
ICCID = "89[0-9]{16,18}"
"""Of a SIM. ITU-T E.118: up to 19 digits and a check digit, which some networks leave out."""
_STRING, _INTEGER, _BOOLEAN = ValueType.STRING, ValueType.INTEGER, ValueType.BOOLEAN
_ORDERS, _NETWORK = Owner.ORDERS, Owner.NETWORK
_REPORT, _PROPOSE, _REPAIR = DriftPolicy.REPORT, DriftPolicy.PROPOSE, DriftPolicy.REPAIR

_PACKAGE, _LIMIT = Permission.PACKAGE_VIEW, Permission.CREDIT_LIMIT_VIEW
_BAR, _SIM, _NUMBER = Permission.RESTRICTION_VIEW, Permission.SIM_VIEW, Permission.NUMBER_VIEW
_WIFI = Permission.INTERNET_VIEW

# A bar that the network has and nobody ordered may be its own protection: never lifted by itself.
# Forwarding is also set on the telephone, and Wi-Fi on the router: that is no mistake.
CHARACTERISTICS = (
    Characteristic("package", _STRING, _WITH_PACKAGE, _ORDERS, _PACKAGE, _PROPOSE),
    Characteristic("dataBoost", _BOOLEAN, _MOBILE, _ORDERS, _PACKAGE, _PROPOSE),
    Characteristic("roamingPass", _BOOLEAN, _MOBILE, _ORDERS, _PACKAGE, _PROPOSE),
    # In cents of EUR.
    Characteristic("spendingLimit", _INTEGER, _MOBILE, _ORDERS, _LIMIT, _REPAIR),
    Characteristic("spendingLimitAction", _STRING, _MOBILE, _ORDERS, _LIMIT, _REPAIR),
    Characteristic("roamingBarred", _BOOLEAN, _MOBILE, _ORDERS, _BAR, _PROPOSE),
    Characteristic("premiumBarred", _BOOLEAN, _VOICE, _ORDERS, _BAR, _PROPOSE),
    Characteristic("dataBarred", _BOOLEAN, _MOBILE, _ORDERS, _BAR, _PROPOSE),
    Characteristic("outgoingBarred", _BOOLEAN, _VOICE, _ORDERS, _BAR, _PROPOSE),
    Characteristic(
        "iccid", _STRING, _MOBILE, _ORDERS, _SIM, _REPORT, is_resent=False, pattern=ICCID
    ),
    Characteristic("simType", _STRING, _MOBILE, _ORDERS, _SIM, _REPORT, is_resent=False),
    # GSMA SGP.02: 32 digits.
    Characteristic(
        "eid", _STRING, _MOBILE, _NETWORK, _SIM, _REPORT, is_resent=False, pattern="89[0-9]{30}"
    ),
    # Whether the keys of a Mobiil-ID fit into the SIM that is told with it.
    Characteristic(SIM_ABLE, _BOOLEAN, _MOBILE, _NETWORK, _SIM, _REPORT, is_resent=False),
    Characteristic("forwardTo", _STRING, _VOICE, _ORDERS, _NUMBER, _REPORT, pattern=_PHONE),
    Characteristic("forwardWhen", _STRING, _VOICE, _ORDERS, _NUMBER, _REPORT),
    Characteristic("wifiName", _STRING, _ROUTER, _ORDERS, _WIFI, _REPORT),
    Characteristic(
        "wifiPassword",
        _STRING,
        _ROUTER,
        _ORDERS,
        Permission.ROUTER_MANAGE,
        _REPORT,
        is_secret=True,
        is_resent=False,
    ),
)
"""Every characteristic."""
BY_NAME: Mapping[str, Characteristic] = MappingProxyType({c.name: c for c in CHARACTERISTICS})
SECRETS = frozenset(each.name for each in CHARACTERISTICS if each.is_secret)


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of an item's parameters what orders own and a row may show: no secrets, no others."""
    return {
        name: value
        for name, value in values.items()
        if name in BY_NAME and BY_NAME[name].owner is Owner.ORDERS and name not in SECRETS
    }


def resent(kind: ServiceKind, wanted: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a resend sends to the network of a service's characteristics; None: remove it."""
    both = {**told, **kept(wanted)}
    return {
        each.name: both[each.name]
        for each in CHARACTERISTICS
        if each.name in both
        and kind in each.kinds
        and each.is_resent
        and each.owner is not Owner.NETWORK
    }


def should_be(wanted: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a service should be: what orders set, else what the operator's systems told.

    Where an order has removed a characteristic (None), it should have none, whatever was told.
    What the network decides is not among them.
    """
    both = {**told, **kept(wanted)}
    return {
        name: value
        for name, value in both.items()
        if value is not None and name in BY_NAME and BY_NAME[name].owner is not Owner.NETWORK
    }
