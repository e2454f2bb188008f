"""What the network knows of its products: types of characteristics, SIMs, eSIMs and routers."""

import re
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from simulators.network.forms import NUMBER
from simulators.network.refusals import Refused
from simulators.network.services import ServiceForm, Services
from simulators.network.sims import SimForm, Sims

SIM, CODE = "iccid", "activationCode"
RESTART, NEW_PROFILE = "restart", "esimDownload"
ACTS = frozenset({RESTART, NEW_PROFILE})
"""Characteristics of a write that are done each time, and are no state of the service."""
_ICCID, _PHONE = re.compile(r"89[0-9]{16,18}"), re.compile(r"\+[1-9][0-9]{4,14}")


def _is(type_: type) -> Callable[[Any], bool]:
    return lambda value: type(value) is type_


def _fits(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_VALUES: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("package", "wifiName", "wifiPassword", "forwardWhen"), _is(str)),
    **dict.fromkeys(("dataBoost", "roamingPass", RESTART, NEW_PROFILE), _is(bool)),
    **{f"{what}Barred": _is(bool) for what in ("roaming", "premium", "data", "outgoing")},
    "spendingLimit": lambda value: type(value) is int and value >= 0,
    "spendingLimitAction": lambda value: value in {"bar", "warn"},
    "simType": lambda value: value in {"card", "esim"},
    "forwardTo": _fits(_PHONE),
    SIM: _fits(_ICCID),
}
"""The characteristics of products. Others may have any value."""


def acts_of(body: Mapping[str, Any]) -> set[str]:
    """Return the acts that a write asks for."""
    given = body.get("serviceCharacteristic") or []
    return {each["name"] for each in given if each["name"] in ACTS and each["value"] is True}


class CardForm(BaseModel):
    """A SIM in the stock. One that was never set is there, and free unless a service has it."""

    model_config = ConfigDict(extra="forbid")

    iccid: str = Field(pattern="^89[0-9]{16,18}$")
    available: bool = Field(description="False: unknown to this operator, or blocked")


class Products:
    """Checks what services are to have, and does what is more than a value."""

    def __init__(self, services: Services, sims: Sims) -> None:
        self.cards: dict[str, CardForm] = {}
        self.restarts: Counter[str] = Counter()
        self.offline: set[str] = set()
        self.services = services
        self._sims = sims

    def check(self, before: ServiceForm, after: ServiceForm, acts: Collection[str]) -> None:
        """Raise Refused where a service cannot become like this."""
        had, has = before.characteristics, after.characteristics
        new = {name: value for name, value in has.items() if had.get(name) != value}
        for name, value in new.items():
            if name in _VALUES and not _VALUES[name](value):
                raise Refused(409, "invalidCharacteristic", f"{name}: not such a value")
        if SIM in new and not self._is_free(after.id, new[SIM]):
            raise Refused(409, "simUnavailable", "The SIM is not free.")
        if NUMBER in new and self._is_taken(after):
            raise Refused(409, "numberInUse", "Another service has the number.")
        if RESTART in acts and after.id in self.offline:
            raise Refused(409, "routerOffline", "The router does not answer.")

    def done(self, before: ServiceForm, after: ServiceForm, acts: Collection[str]) -> ServiceForm:
        """Do what a change does beyond its values; return the service as it is then."""
        if RESTART in acts:
            self.restarts[after.id] += 1
        if NEW_PROFILE in acts:
            after = after.having({SIM: self._new_sim(), CODE: _activation_code()})
        elif after.characteristics.get("simType") != "esim":
            after = after.having({CODE: None})
        self._swapped(before, after)
        return after

    def forget(self) -> None:
        for each in (self.cards, self.restarts, self.offline):
            each.clear()

    def _is_free(self, service_id: str, iccid: str) -> bool:
        card = self.cards.get(iccid)
        return (card is None or card.available) and not self.services.others(service_id, SIM, iccid)

    def _is_taken(self, service: ServiceForm) -> bool:
        """Return whether another service of this kind has the number: others may share it."""
        has = service.characteristics
        others = self.services.others(service.id, NUMBER, has[NUMBER])
        kinds = [self.services.known(each).characteristics.get("kind") for each in others]
        return has.get("kind") in kinds

    def _swapped(self, before: ServiceForm, after: ServiceForm) -> None:
        """Tell CAMARA's SIM swap of a number that has another SIM now."""
        number = after.characteristics.get(NUMBER)
        old, new = (each.characteristics.get(SIM) for each in (before, after))
        if isinstance(number, str) and old != new and new is not None:
            self._sims.put(SimForm(number=number, changed_hours_ago=0))

    def _new_sim(self) -> str:
        return f"8937202{secrets.randbelow(10**12):012}"


def _activation_code() -> str:
    """Make an activation code (GSMA SGP.22, 4.1): format, SM-DP+ address, matching id."""
    return f"LPA:1$smdp.example.ee${secrets.token_hex(10).upper()}"
