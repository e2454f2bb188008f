"""What is frozen when a contract is offered. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from domain.numbers.sms_texts import Language


@dataclass(frozen=True, slots=True)
class FrozenPrice:
    """A price as it was offered."""

    cents: int
    """Hundredths of the currency."""
    currency: str
    is_vat_included: bool
    period: str
    """``once`` or ``monthly``."""


@dataclass(frozen=True, slots=True)
class OfferedTerms:
    """The terms of a contract: they never change once it is offered."""

    service_id: UUID
    """Id of the service that it starts; made when it is drafted."""
    number: str | None
    """The number of that service, E.164; None: it has none."""
    service_name: str
    months: int
    """The committed term; 0: none."""
    parameters: Mapping[str, Any] = field(hash=False)
    prices: tuple[FrozenPrice, ...] = ()
    number_kept: timedelta = timedelta()
    lasts_years: int | None = None
    language: Language = Language.ESTONIAN
    """Of its documents."""
    begins_at_once: bool = False
    """A consumer asked expressly that the service begin before they can no longer withdraw."""
    documents: Mapping[str, str] = field(default_factory=dict, hash=False)
    """SHA-256 of each document that is shown before people agree, in hex, by its kind."""

    def as_json(self) -> dict[str, Any]:
        """Return the terms as they are stored."""
        return {
            "service_id": str(self.service_id),
            "number": self.number,
            "service_name": self.service_name,
            "months": self.months,
            "parameters": dict(self.parameters),
            "prices": [
                {
                    "cents": each.cents,
                    "currency": each.currency,
                    "is_vat_included": each.is_vat_included,
                    "period": each.period,
                }
                for each in self.prices
            ],
            "number_kept_days": self.number_kept.days,
            "lasts_years": self.lasts_years,
            "language": self.language.value,
            "begins_at_once": self.begins_at_once,
            "documents": dict(self.documents),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Parse what ``as_json`` returned."""
        return cls(
            UUID(value["service_id"]),
            value["number"],
            value["service_name"],
            value["months"],
            value["parameters"],
            tuple(FrozenPrice(**each) for each in value["prices"]),
            timedelta(days=value["number_kept_days"]),
            value["lasts_years"],
            Language(value["language"]),
            value["begins_at_once"],
            value["documents"],
        )
