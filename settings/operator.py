"""Settings of the operator as its contracts name it."""

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from domain.documents.contract_document import Party, Provider
from settings.sections import Section


class OperatorSettings(Section):
    """The operator as its contracts name it. Until it is set no contract is offered."""

    name: str = Field("", description="Name in the commercial register.")
    code: str = Field("", description="Registry code.")
    contacts: tuple[str, ...] = Field(
        (), description="What customers write to or call: JSON list, one line each."
    )
    general_terms: str = Field(
        "", description="General terms that are part of every contract: title, date and address."
    )
    vat_rate: Decimal = Field(Decimal(24), ge=0, lt=100, description="Rate of VAT, in per cent.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        needed = {"NAME": self.name, "CODE": self.code, "GENERAL_TERMS": self.general_terms}
        missing = [name for name, value in needed.items() if not value.strip()]
        if missing and len(missing) < len(needed):
            names = ", ".join(f"VOLITUS_OPERATOR_{name}" for name in missing)
            raise ValueError(f"{names}: not set, but others of the operator are")
        return self

    def provider(self) -> Provider | None:
        """The operator as a party of contracts; None: it is not set."""
        if not self.name:
            return None
        return Provider(
            Party(self.name, self.code, self.contacts), self.general_terms, self.vat_rate
        )
