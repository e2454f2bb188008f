"""Settings of the operator as its contracts name it."""

from decimal import Decimal

from pydantic import Field, ValidationInfo, field_validator

from domain.documents.contract_document import Party, Provider
from settings.sections import Section


class OperatorSettings(Section):
    """The operator as its contracts name it. Until it is set no contract is offered."""

    code: str = Field("", description="Registry code.")
    general_terms: str = Field(
        "", description="General terms that are part of every contract: title, date and address."
    )
    name: str = Field("", description="Name in the commercial register.")
    contacts: tuple[str, ...] = Field(
        (), description="What customers write to or call: JSON list, one line each."
    )
    vat_rate: Decimal = Field(Decimal(24), ge=0, lt=100, description="Rate of VAT, in per cent.")

    @field_validator("name")
    @classmethod
    def _is_whole(cls, value: str, info: ValidationInfo) -> str:
        others = {
            "VOLITUS_OPERATOR_CODE": info.data.get("code", ""),
            "VOLITUS_OPERATOR_GENERAL_TERMS": info.data.get("general_terms", ""),
        }
        for variable, other in others.items():
            if bool(value.strip()) != bool(other.strip()):
                which = f"set, but {variable} is not" if value else f"not set, but {variable} is"
                raise ValueError(which)
        return value

    def provider(self) -> Provider | None:
        """The operator as a party of contracts; None: it is not set."""
        if not self.name:
            return None
        return Provider(
            Party(self.name, self.code, self.contacts), self.general_terms, self.vat_rate
        )
