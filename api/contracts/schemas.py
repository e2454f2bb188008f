"""Models of contracts as people see them."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.approvals.schemas import ApprovalParty
from api.contracts.agreement_schemas import (
    ContractAgreement,
    ContractConfirmation,
    ContractSignature,
)
from api.http.grant_schemas import ServiceLabel
from api.http.schemas import RequestModel, ResponseModel, SingleLine
from domain.catalogue.contract_terms import Agreement, Party
from domain.catalogue.products import Period
from domain.contracts.reasons import EndReason, StartRefusal, SuspendReason
from domain.contracts.starts import OfferedTerms
from domain.contracts.states import ContractState
from domain.numbers.sms_texts import Language
from services.contracts.reads import ShownContract


class StartContract(RequestModel):
    """A contract to start."""

    product: str = Field(max_length=40, description="Id of a product with a contract.")
    months: int = Field(0, ge=0, le=24, description="The committed term; 0: none.")
    parameters: dict[str, str | int | bool] = Field(
        default_factory=dict, description="Characteristics of the product, by name."
    )
    number: str | None = Field(
        None, pattern=r"^\+[1-9][0-9]{4,14}$", description="Of a mobile service that starts, E.164."
    )
    name: SingleLine = Field("", max_length=300, description="Name of the service, for people.")
    host_service_id: UUID | None = Field(
        None, description="Of a Mobiil-ID: the mobile service that you use."
    )
    language: Language = Field(Language.ESTONIAN, description="Of its documents.")
    begins_at_once: bool = Field(
        default=False,
        description="A consumer asks that the service begin before the 14 days are over in which"
        " they may withdraw: then they pay for the days of use if they do. It is among the terms.",
    )


class ContractPrice(ResponseModel):
    """A price of a contract."""

    cents: int
    currency: str
    is_vat_included: bool
    period: Period


class ContractEndShown(ResponseModel):
    """The end of a contract."""

    at: datetime = Field(description="The contract is in force until then.")
    reason: EndReason = Field(description="Why it ends.")
    is_from_outside: bool = Field(
        description="It is not the customer's to call off: a porting, the operator, or its systems."
    )
    may_call_off: bool = Field(
        description="Whether the caller may call an end off now: one that their own side set."
    )


class Contract(ResponseModel):
    """A contract, and how far it is."""

    id: UUID
    account_id: UUID
    product: str
    product_name: str = Field(
        description="In the language of the request; as it was told where the catalogue has none."
    )
    product_version: str | None = Field(description="Null: the operator's systems told it.")
    state: ContractState
    agreement: Agreement
    party: Party
    services: list[UUID] = Field(description="Ids of its services.")
    service_labels: list[ServiceLabel] = Field(description="Those of them on its account now.")
    host_service_id: UUID | None
    months: int | None = Field(description="The committed term. Null: not known.")
    parameters: dict[str, Any] = Field(
        description="What was agreed of its product's characteristics, by name."
    )
    prices: list[ContractPrice] = Field(
        description="What it costs, by the terms that were agreed. Empty: the operator's systems"
        " told it."
    )
    signed_at: datetime | None
    starts_on: date | None
    committed_until: date | None = Field(description="The last day of the committed term.")
    expires_on: date | None = Field(description="It ends by itself on this day.")
    billed_until: date | None
    number_kept_until: datetime | None
    agree_by: datetime | None = Field(description="It lapses then, while it is offered.")
    agreed: list[ContractAgreement] = Field(description="So far, the first one first.")
    has_agreed: bool = Field(description="Whether the caller is among them.")
    missing: list[list[ApprovalParty]] = Field(
        description="Each: those whose agreements would be enough, as the register is now. Empty:"
        " it is not offered, in a list, or the caller does not see the names in `agreed`."
    )
    signatures: list[ContractSignature] = Field(
        description="Those that are kept, the first one first, the operator's seal among them."
    )
    confirmation: ContractConfirmation | None = Field(
        description="Null: it waits for nobody's agreement."
    )
    end: ContractEndShown | None = Field(description="Its end, where one is set. Null: none is.")
    suspended: SuspendReason | None
    refusal: StartRefusal | None = Field(description="Why it was cancelled, where a rule says so.")
    may_end: bool = Field(description="Whether the caller may end or withdraw it.")
    may_propose_end: bool = Field(
        description="Whether the caller may end it, but only together with others, who confirm it."
    )
    proposed_end: EndReason | None = Field(
        description="What the register says of its company, if operations are to decide about its"
        " end for that. Nothing ends by that alone."
    )
    created_at: datetime
    ended_at: datetime | None
    closed_at: datetime | None = Field(description="The last step of its end was done.")

    @classmethod
    def of(cls, shown: ShownContract, language: Language) -> Self:
        """Return a contract as it is answered."""
        contract = shown.contract
        terms = OfferedTerms.from_json(contract.terms) if contract.terms else None
        end = (
            ContractEndShown(
                at=contract.ends_at,
                reason=contract.end_reason,
                is_from_outside=contract.is_end_anothers,
                may_call_off=shown.may_call_off,
            )
            if contract.ends_at is not None and contract.end_reason is not None
            else None
        )
        same = {name: getattr(contract, name) for name in _SAME}
        names = shown.signers.names
        return cls(
            **same,
            product_name=shown.product_names.get(language, contract.product),
            services=list(contract.service_ids),
            service_labels=[label for label in map(ServiceLabel.of, shown.services) if label],
            months=None if terms is None else terms.months,
            parameters={} if terms is None else dict(terms.parameters),
            prices=[]
            if terms is None
            else [
                ContractPrice(
                    cents=each.cents,
                    currency=each.currency,
                    is_vat_included=each.is_vat_included,
                    period=Period(each.period),
                )
                for each in terms.prices
            ],
            agreed=[
                ContractAgreement(
                    person_id=each.person_id,
                    name=names.get(each.person_id) or None,
                    agreed_at=each.agreed_at,
                )
                for each in shown.agreed
            ],
            has_agreed=shown.has_agreed,
            missing=[[ApprovalParty.of(e) for e in option] for option in shown.signers.missing],
            signatures=[ContractSignature.of(each, names) for each in shown.signatures],
            confirmation=None
            if shown.to_agree is None
            else ContractConfirmation.of(shown.to_agree, language),
            end=end,
            suspended=contract.suspend_reason,
            may_end=shown.may_end,
            may_propose_end=shown.may_propose_end,
            proposed_end=shown.proposed_end,
        )


_SAME = (
    "id",
    "account_id",
    "product",
    "product_version",
    "state",
    "agreement",
    "party",
    "host_service_id",
    "signed_at",
    "starts_on",
    "committed_until",
    "expires_on",
    "billed_until",
    "number_kept_until",
    "agree_by",
    "refusal",
    "created_at",
    "ended_at",
    "closed_at",
)


class ContractPage(ResponseModel):
    """A page of contracts."""

    items: list[Contract]
    next: str | None
