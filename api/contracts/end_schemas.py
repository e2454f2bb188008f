"""Models of the end of a contract: its preview, and the request that sets it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field

from api.accounts.customer_size import CustomerSizeShown
from api.http.schemas import RequestModel, ResponseModel
from domain.approvals import templates
from domain.approvals.acts import ActKind
from domain.contracts.end_policy import LAWS, CostLine, EndRule
from domain.contracts.end_preview import EndingContract, WantedEnd
from domain.contracts.reasons import EndReason
from services.contracts.end_previews import ShownEndPreview


class CustomerEndReason(StrEnum):
    """Why a customer ends a contract."""

    CUSTOMER = "customer"
    WITHDRAWAL = "withdrawal"
    CHANGED_TERMS = "changed_terms"


def _in_the_calendar(day: date) -> date:
    if day.year == date.max.year:
        raise ValueError("is out of range")
    return day


EndDay = Annotated[date, AfterValidator(_in_the_calendar)]


def wanted_end(reason: CustomerEndReason, on: date | None) -> WantedEnd:
    """Return the end that somebody wants."""
    return WantedEnd(EndReason(reason.value), on)


class EndContract(RequestModel):
    """The end of a contract, as you were shown it."""

    preview: str = Field(pattern="^[0-9a-f]{64}$", description="`digest` of the preview.")
    reason: CustomerEndReason = Field(description="Why it is ended.")
    on: EndDay | None = Field(None, description="As in the preview.")
    template_version: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="`template_version` of the preview, where others are to confirm it as well."
        " Left out: the current one.",
    )


class EndCost(ResponseModel):
    """What is paid for an end, and by which rule."""

    cents: int = Field(description="What is to be paid, in cents of the currency.")
    currency: str
    is_vat_included: bool
    rule: EndRule

    @classmethod
    def of(cls, line: CostLine) -> Self:
        return cls(
            cents=line.cents,
            currency=line.currency,
            is_vat_included=line.is_vat_included,
            rule=line.rule,
        )


class EndRuleShown(ResponseModel):
    """A rule that an end follows, and where it stands."""

    rule: EndRule
    law: str


class ContractAlsoEnding(ResponseModel):
    """A contract that ends as well, because it rests on this one."""

    id: UUID
    services: list[UUID] = Field(description="Ids of its services.")

    @classmethod
    def of(cls, ending: EndingContract) -> Self:
        return cls(id=ending.id, services=list(ending.services))


class AlsoEndingShown(ResponseModel):
    """What ends with a contract. Ids of what the caller sees, and how many there are in all."""

    services: list[UUID] = Field(description="The contract's own.")
    contracts: list[ContractAlsoEnding] = Field(description="That rest on it: a Mobiil-ID.")
    contracts_in_all: int = Field(
        description="Number of all such contracts, also of those that the caller does not see."
    )
    delegations: list[UUID] = Field(description="For those with `access:view` on the account.")
    delegations_in_all: int = Field(
        description="Number of all such delegations, also of those that the caller does not see."
    )
    people: list[UUID] = Field(
        description="Persons who lose access, for those with `access:view` on the account."
    )
    people_in_all: int = Field(
        description="Number of all such persons, also of those that the caller does not see."
    )

    @classmethod
    def of(cls, shown: ShownEndPreview) -> Self:
        ends = shown.preview.ends
        return cls(
            services=list(ends.services),
            contracts=[ContractAlsoEnding.of(each) for each in shown.contracts],
            contracts_in_all=len(ends.contracts),
            delegations=[each.id for each in shown.delegations],
            delegations_in_all=len(ends.delegations),
            people=list(shown.people),
            people_in_all=len({each.id for each in ends.people}),
        )


class ContractEndPreview(ResponseModel):
    """What ending a contract brings about. Nothing is changed."""

    contract_id: UUID
    reason: EndReason = Field(description="Why it would be ended.")
    earliest: date = Field(description="The first day on which it is not in force any more.")
    at: datetime = Field(description="It is in force until then. A moment that is over is now.")
    cost: list[EndCost] = Field(description="What is to be paid for the end.")
    cost_known: bool = Field(
        description="False: there is more to pay than `cost` says; the operator knows how much."
    )
    rules: list[EndRuleShown] = Field(description="Why so: each rule that was applied.")
    customer_size: CustomerSizeShown = Field(
        description="Of the owner of the account: the earliest day and the cost follow from it."
    )
    ends: AlsoEndingShown = Field(description="What ends with it.")
    digest: str = Field(
        description="To name in the request that ends it. SHA-256 of all that ends, also of what"
        " the caller does not see."
    )
    template_version: int = Field(
        description="Of the text in which those confirm it who end it only together."
    )

    @classmethod
    def of(cls, shown: ShownEndPreview) -> Self:
        """Return a preview as it is answered."""
        preview = shown.preview
        return cls(
            contract_id=preview.contract.id,
            reason=preview.reason,
            earliest=preview.earliest,
            at=preview.at,
            cost=[EndCost.of(each) for each in preview.terms.cost],
            cost_known=preview.terms.is_cost_known,
            rules=[EndRuleShown(rule=each, law=LAWS[each]) for each in preview.terms.rules],
            customer_size=CustomerSizeShown.of(preview.size),
            ends=AlsoEndingShown.of(shown),
            digest=preview.digest,
            template_version=templates.CURRENT[ActKind.CONTRACT_END],
        )
