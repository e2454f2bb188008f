"""Models of how people agree to contracts: by a confirmation, or by a signature."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.approvals.schemas import ActText
from api.http.schemas import Erasable, RequestModel, ResponseModel
from domain.approvals import templates
from domain.numbers.sms_texts import Language
from domain.signatures.methods import SignatureLevel, SignatureMethod
from runtime.act_texts import act_text
from services.contracts.contract_facts import ToAgree
from storage.contract_signing.signatures import SignatureFacts

NAMED = (
    "For `access:view`, who represents the owner, and a user of their own contract. Null: it is not"
    " seen, in a list, unknown, erased, or this answers a POST."
)


class AgreeInput(RequestModel):
    """What you agree to, as you were shown it in the contract's `confirmation`."""

    digest: str = Field(pattern="^[0-9a-f]{64}$", description="`digest` there.")
    template_version: int = Field(ge=1, le=1000, description="`shown.template_version` there.")
    language: Language = Field(description="`shown.language` there.")


class ContractConfirmation(ResponseModel):
    """What those who must agree to a contract agree to: by confirming it, or by signing."""

    approval_id: UUID | None = Field(description="The approval, while several agree together.")
    digest: str | None = Field(
        description="SHA-256 of what is agreed to, in canonical JSON (RFC 8785): the same for"
        " everybody who agrees. Null: the caller cannot agree to it."
    )
    shown: ActText | None = Field(description="What whoever agrees is to read. Null as `digest`.")

    @classmethod
    def of(cls, found: ToAgree, language: Language) -> Self:
        if found.act is None:
            return cls(approval_id=found.approval_id, digest=None, shown=None)
        version = templates.CURRENT[found.act.kind]
        said = act_text(found.act.kind, version, found.facts, language) if found.facts else None
        shown = ActText(text=said, language=language, template_version=version)
        return cls(approval_id=found.approval_id, digest=found.act.digest(), shown=shown)


class ContractAgreement(ResponseModel):
    """Somebody's agreement to a contract."""

    person_id: UUID
    name: Erasable = Field(description=NAMED)
    agreed_at: datetime


class ContractSignature(ResponseModel):
    """A signature on the documents of a contract."""

    person_id: UUID | None = Field(description="Null: the operator's seal.")
    name: Erasable = Field(description=NAMED)
    method: SignatureMethod
    level: SignatureLevel = Field(
        description="Level of the signature (ETSI EN 319 132-1): `B`, `LT` or higher."
    )
    counts: bool = Field(description="False: nothing proves it, so that it agrees to nothing.")
    signed_at: datetime
    timestamped_at: datetime | None = Field(description="Null: no time-stamp proves its time.")

    @classmethod
    def of(cls, facts: SignatureFacts, names: Mapping[UUID, str]) -> Self:
        """Return a signature. ``names``: of those whom the reader sees by name."""
        name = None if facts.person_id is None else names.get(facts.person_id)
        return cls(
            person_id=facts.person_id,
            name=name or None,
            method=facts.method,
            level=facts.level,
            counts=facts.counts,
            signed_at=facts.signed_at,
            timestamped_at=facts.timestamped_at,
        )
