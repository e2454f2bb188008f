"""Models of extracts."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.grant_schemas import ServiceLabel
from api.http.schemas import Erasable, Reason, ResponseModel
from domain.accounts import ServiceLabel as Label
from domain.call_details.extracts import ExtractState, FileFormat, why
from domain.call_details.records import Direction, UsageKind
from domain.call_details.secrecy import Level
from domain.processes import WaitsFor
from services.extracts.choices import Choice
from services.extracts.reads import SeenExtract


class ExtractMaker(ResponseModel):
    """The person who asked for an extract."""

    id: UUID
    name: Erasable = Field(description="Null: no name is known, or this answers a POST.")


class Extract(ResponseModel):
    """Call details that a person asked for, without the files."""

    id: UUID
    operation_id: UUID = Field(description="The same. `GET /v1/operations/{id}` for its maker.")
    state: ExtractState = Field(
        description="`making`; `ready`: it has its files; `failed`, `cancelled`; `dropped`: its"
        " files are deleted, a week after they were made."
    )
    reason: Reason | None = Field(
        description="Why it failed or was cancelled; of one that is made, why it has no PDF."
    )
    from_day: date
    through_day: date = Field(description="Included.")
    services: list[ServiceLabel] = Field(
        description="What it is about: the first 100 services, as far as the caller sees them."
    )
    service_count: int = Field(description="Number of services that it is about.")
    is_of_all: bool = Field(description="No service was named.")
    kinds: list[UsageKind] = Field(description="Empty: every kind.")
    direction: Direction | None
    roaming: bool | None = Field(
        description="Only usage abroad, or only usage at home. Null: both."
    )
    min_cost: str | None = Field(description="EUR without VAT.")
    format: FileFormat = Field(description="`pdf`: both.")
    level: Level = Field(
        description="`own`: the maker's own number, whole; `full`: calls that went out, whole;"
        " `masked`: calls that went out, without the last digits of the other number."
    )
    purpose: Erasable = Field(
        description="Why the maker needs whole numbers of others, in their words. Null: nobody was"
        " asked, or it is erased, or this answers a POST."
    )
    as_of: datetime | None = Field(
        description="Records are included that billing had received by then. Null: not yet known."
    )
    rows: int | None = Field(
        description="So far. Null: it is of somebody else's own number, and would tell how many"
        " calls came in."
    )
    rejected: int | None = Field(
        description="Records from billing that could not be read, so far: they are not in the"
        " files. Null where `rows` is."
    )
    csv_size: int | None = Field(description="Bytes. Null: there is no file, or `rows` is null.")
    pdf_size: int | None = Field(description="Bytes. Null: there is no file, or `rows` is null.")
    waits_for: WaitsFor | None = Field(
        description="`billing`: it was asked in vain, is asked again, and is given up after six"
        " hours without an answer. Null: it is read, or waits for its turn, or has ended."
    )
    waits_since: datetime | None = Field(
        description="When billing was first asked in vain. Null where `waits_for` is."
    )
    created_at: datetime
    created_by: ExtractMaker = Field(description="Who asked for it.")
    is_mine: bool = Field(description="Whether the caller asked for it.")
    made_at: datetime | None
    kept_until: datetime | None = Field(description="When its files are deleted.")
    may_download: bool = Field(description="The caller made it, and may still see what it shows.")
    may_cancel: bool
    may_delete: bool

    @classmethod
    def of(cls, seen: SeenExtract) -> Self:
        """The extract as somebody sees it."""
        extract, terms = seen.extract, seen.extract.terms
        which = terms.which
        sees = seen.sees_count
        is_there = sees and extract.state is ExtractState.READY
        return cls(
            id=extract.id,
            operation_id=extract.id,
            state=extract.state,
            reason=None if extract.fault is None else Reason.of(why(extract.fault)),
            from_day=terms.from_day,
            through_day=terms.through_day,
            services=[_label(each) for each in seen.services],
            service_count=len(which.services),
            is_of_all=terms.is_of_all,
            kinds=sorted(which.kinds),
            direction=which.direction,
            roaming=which.is_roaming,
            min_cost=None if which.min_cost is None else f"{which.min_cost:f}",
            format=terms.format,
            level=terms.level,
            purpose=seen.purpose,
            as_of=extract.as_of,
            rows=extract.rows if sees else None,
            rejected=extract.rejected if sees else None,
            csv_size=extract.csv_size if is_there else None,
            pdf_size=extract.pdf_size if is_there else None,
            waits_for=None if extract.waits_since is None else WaitsFor.BILLING,
            waits_since=extract.waits_since,
            created_at=extract.requested_at,
            created_by=ExtractMaker(id=extract.person_id, name=seen.made_by or None),
            is_mine=seen.is_mine,
            made_at=extract.made_at,
            kept_until=extract.kept_until,
            may_download=seen.may_download,
            may_cancel=seen.may_cancel,
            may_delete=seen.may_delete,
        )


class ExtractPage(ResponseModel):
    """A page of extracts."""

    items: list[Extract]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class ExtractChoice(ResponseModel):
    """A service of whose call details the caller may make an extract."""

    service: ServiceLabel = Field(description="The service.")
    levels: list[Level] = Field(
        description="What may be asked for of it: `own`, `full`, `masked`, for any period that"
        " begins from `own_from_day` on, where there is one."
    )
    own_from_day: date | None = Field(
        description="First day from which it is certainly the caller's own number: `own` is for"
        " periods from then on. Null: it is not theirs."
    )

    @classmethod
    def of(cls, choice: Choice) -> Self:
        """The choice, for people."""
        return cls(
            service=_label(choice.label),
            levels=list(choice.levels),
            own_from_day=choice.own_from_day,
        )


class ExtractChoices(ResponseModel):
    """The extracts for which the caller may ask."""

    services: list[ExtractChoice] = Field(description="By id; the first 500.")
    more: bool = Field(description="There are more services than these.")
    levels: list[Level] = Field(description="Over all of the services together.")
    today: date = Field(
        description="The day that it is now, at the installation: periods end no later."
    )
    oldest_day: date = Field(description="Older details are erased at billing.")
    longest_days: int = Field(description="Days of the longest period.")
    most_rows: int = Field(description="Rows of the largest extract.")
    pdf_most_rows: int = Field(description="Rows of the longest PDF.")


def _label(label: Label) -> ServiceLabel:
    return ServiceLabel(id=label.id, kind=label.kind, number=label.number, name=label.name)
