"""Bodies of requests for extracts."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from api.http.schemas import RequestModel, SingleLine
from domain.call_details.extracts import FileFormat
from domain.call_details.records import Direction, UsageKind
from domain.call_details.secrecy import Level
from domain.numbers.sms_texts import Language
from services.extracts.ask import Asked

_MOST_NAMED = 100


class ExtractInput(RequestModel):
    """A period, which of its call details, and in which form."""

    from_day: date = Field(description="First local day.")
    through_day: date = Field(description="Last local day, included. Of today there is a part.")
    services: list[UUID] = Field(
        [],
        max_length=_MOST_NAMED,
        description="Ids of services. Empty: all of whose call details you may see.",
    )
    kinds: list[UsageKind] = Field([], max_length=10, description="Empty: every kind.")
    direction: Direction | None = Field(None, description="Null: every direction that you may see.")
    roaming: StrictBool | None = Field(None, description="Null: both.")
    min_cost: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=6)] | None = Field(
        None, description="Those that cost this much or more, in EUR without VAT."
    )
    format: FileFormat = Field(
        FileFormat.CSV, description="`pdf`: a PDF beside the CSV, of 5,000 rows at most."
    )
    level: Level | None = Field(
        None,
        description="How much is shown, see `choices`. Null: `own` where every service's number is"
        " your own since before the period, else `masked`.",
    )
    purpose: SingleLine | None = Field(
        None,
        min_length=3,
        max_length=500,
        description="What you need whole numbers for. Needed with the level `full`: it is kept with"
        " the event, and whoever uses a number is told.",
    )

    def asked(self, language: Language) -> Asked:
        """Return what is asked for, with a PDF in this language."""
        return Asked(
            self.from_day,
            self.through_day,
            frozenset(self.services),
            frozenset(self.kinds),
            self.direction,
            self.roaming,
            self.min_cost,
            self.format,
            language,
            self.level,
            self.purpose or "",
        )
