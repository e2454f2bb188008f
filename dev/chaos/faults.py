"""The faults of a campaign: their target, how the simulator is configured, what may follow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, at one of ``SIMULATORS``, at ``sim_swap``, or at ``reports`` (of SMS)."""

    at: str
    shown: Mapping[str, Any] = field(hash=False)
    loses_answers: bool = False
    """True if the work may be done although its answer is lost."""

    def __str__(self) -> str:
        words = [f"{name}={value}" for name, value in self.shown.items() if name != "kind"]
        return " ".join([self.at, str(self.shown.get("kind", "")), *words]).replace("  ", " ")


def _fault(at: str, source: str, kind: str, *, lost: bool = False, **more: Any) -> Fault:
    return Fault(at, {"source": source, "kind": kind, **more}, lost)


SIMULATORS = ("network", "billing", "sms", "mobile_id", "smart_id", "trust", "bank")
"""Simulators that show faults."""
ESSENTIAL = (
    _fault("network", "activation", "http_503"),
    _fault("network", "activation", "cut", lost=True, rate=0.4),
    _fault("network", "activation", "double", rate=0.5),
    _fault("network", "activation", "out_of_order", rate=0.4, seconds=1.0),
    _fault("network", "monitor", "timeout", lost=True, rate=0.3),
    _fault("billing", "booking", "http_503"),
    _fault("billing", "booking", "cut", lost=True, rate=0.4),
    _fault("sms", "send", "http_503"),
    _fault("sms", "send", "cut", lost=True, rate=0.4),
    _fault("sim_swap", "sim_swap", "http_503", rate=0.8),
    Fault("reports", {"duplicate": True, "reversed": True}),
    _fault("mobile_id", "sign", "http_503"),
    _fault("mobile_id", "sign", "cut", lost=True, rate=0.5),
    _fault("smart_id", "certificate", "http_503"),
    _fault("smart_id", "sign", "http_503", rate=0.5),
    _fault("smart_id", "sign", "cut", lost=True, rate=0.4),
    _fault("trust", "ocsp", "http_503"),
    _fault("trust", "time_stamps", "http_503"),
    _fault("billing", "payment", "cut", lost=True, rate=0.5),
    _fault("billing", "payment", "http_503"),
    _fault("billing", "usage", "cut", rate=0.4),
    _fault("bank", "server", "lost", rate=0.6),
    _fault("bank", "server", "cancelled_first", rate=0.4),
    _fault("bank", "server", "twice", rate=0.5),
    _fault("bank", "server", "late", rate=0.5),
    _fault("bank", "browser", "lost", rate=0.5),
    _fault("bank", "statements", "http_503"),
)
"""Faults of every campaign."""

MORE = (
    _fault("network", "activation", "timeout", lost=True, rate=0.3),
    _fault("network", "activation", "delay_after", lost=True, rate=0.3, seconds=3.0),
    _fault("network", "activation", "http_500", lost=True, rate=0.4),
    _fault("network", "activation", "delay", rate=0.5, seconds=0.5),
    _fault("network", "activation", "never", rate=0.2),
    _fault("network", "monitor", "http_503"),
    _fault("network", "service", "http_503"),
    _fault("network", "service", "cut", rate=0.3),
    _fault("network", "all", "http_503"),
    _fault("billing", "booking", "delay", rate=0.5, seconds=0.5),
    _fault("billing", "question", "http_503"),
    _fault("billing", "question", "cut", rate=0.3),
    _fault("sms", "send", "timeout", lost=True, rate=0.3),
    _fault("sms", "send", "delay_after", lost=True, rate=0.3, seconds=3.0),
    _fault("sms", "send", "delay", rate=0.5, seconds=0.5),
    _fault("sms", "send", "http_429", rate=0.5),
    _fault("sim_swap", "sim_swap", "timeout", rate=0.5),
    _fault("sim_swap", "sim_swap", "cut", rate=0.5),
    Fault("reports", {"late": 3.0}),
    _fault("mobile_id", "certificate", "http_500"),
    _fault("mobile_id", "sign", "http_500", rate=0.5),
    _fault("mobile_id", "session", "cut", rate=0.5),
    _fault("smart_id", "certificate", "cut", lost=True, rate=0.4),
    _fault("smart_id", "session", "http_503", rate=0.4),
    _fault("trust", "ocsp", "cut", rate=0.5),
    _fault("trust", "time_stamps", "timeout", rate=0.5),
    _fault("billing", "payment_question", "http_503"),
    _fault("billing", "refund", "cut", lost=True, rate=0.5),
    _fault("billing", "invoices", "http_503"),
    _fault("billing", "usage", "http_503"),
    _fault("billing", "usage", "garbage", rate=0.3),
    _fault("bank", "server", "before_redirect", rate=0.5),
    _fault("bank", "server", "other_amount", rate=0.3),
    _fault("bank", "server", "wrong_key", rate=0.5),
    _fault("bank", "server", "wrong_hash", rate=0.5),
    _fault("bank", "browser", "cancelled", rate=0.5),
    _fault("bank", "booking", "late", rate=0.5, subject="tamm"),
    _fault("bank", "statements", "unreadable", rate=0.5),
    _fault("bank", "statements", "cut", rate=0.5),
)
"""Faults of campaigns that are long enough for them."""

AT_BOOKINGS = (
    _fault("billing", "payment", "cut", lost=True, times=3),
    _fault("billing", "payment", "http_503", times=2),
)
"""Faults that meet the payments of the last statements, whenever these come."""

REFUSALS = ("refuse", "refuse_later")


def at_service(kind: str, service: UUID) -> Fault:
    """Make a fault: the network refuses changes of this service."""
    return _fault("network", "activation", kind, subject=str(service), code="invalidCharacteristic")


def needs_keys(fault: Fault) -> bool:
    """Return whether only a network with idempotency keys makes each change once in spite of it."""
    return fault.shown.get("kind") in {"double", "never"}


def at_number(number: str) -> Fault:
    """Make a fault: the gateway refuses SMS to this number."""
    return _fault("sms", "send", "refuse", subject=number)


def simulator_faults(faults: Iterable[Fault], where: str) -> list[dict[str, Any]]:
    """Return the faults for a simulator, those of one subject first."""
    here = [each.shown for each in faults if _simulator(each) == where]
    return sorted(map(dict, here), key=lambda shown: "subject" not in shown)


def habits(faults: Iterable[Fault]) -> dict[str, Any]:
    """Return how the SMS simulator sends delivery reports."""
    return {
        name: value for each in faults if each.at == "reports" for name, value in each.shown.items()
    }


def _simulator(fault: Fault) -> str:
    return {"sim_swap": "network"}.get(fault.at, fault.at)
