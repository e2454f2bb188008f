"""Bodies of ``/_control``: a company and its holders, in English instead of register codes."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from stdnum.ee import ik

from simulators.register.cards import Company, Holder
from simulators.register.codes import is_registry_code
from simulators.register.people import Person


def _registry_code(code: str) -> str:
    if not is_registry_code(code):
        raise ValueError("not an Estonian registry code")
    return code


ConditionKind = Literal["YHESJ", "YHES", "YHPRO"]
RegistryCode = Annotated[str, AfterValidator(_registry_code)]


class PersonCode(BaseModel):
    """A person's country and code."""

    code: str = Field(min_length=1)
    country: str = Field("EST", pattern="^[A-Z]{3}$", description="Alpha-3")


class HolderForm(BaseModel):
    """One person row of a card."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["F", "J"] = Field("F", description="Natural or legal person")
    first_name: str = ""
    name: str = Field(min_length=1, description="Surname, or business name")
    code: str = Field("", description="Personal or registry code; empty: the register knows none")
    country: str = Field("EST", pattern="^[A-Z]{3}$|^$", description="Alpha-3")
    born: date | None = None
    role: str = Field("JUHL", min_length=1, description="Any code, unknown ones too")
    sole: bool = Field(True, description="ainuesindusoigus_olemas")
    since: date | None = Field(None, description="By default today, or as it was")

    @model_validator(mode="after")
    def _valid_code(self) -> Self:
        if self.code and self.country == "EST":
            valid = ik.is_valid(self.code) if self.kind == "F" else is_registry_code(self.code)
            if not valid:
                raise ValueError("not a valid Estonian code")
        return self

    @classmethod
    def of(cls, holder: Holder) -> Self:
        person = holder.person
        return cls(
            kind=person.kind,
            first_name=person.first_name,
            name=person.name,
            code=person.code,
            country=person.country,
            born=person.born,
            role=holder.role,
            sole=holder.alone,
            since=holder.since,
        )

    def person(self) -> Person:
        return Person(self.kind, self.first_name, self.name, self.code, self.country, self.born)


class CompanyForm(BaseModel):
    """Wanted state of a company. Omitted fields stay unchanged (new company: the default)."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    legal_form: str | None = Field(None, description="By default OÜ")
    status: Literal["R", "L", "N", "K"] | None = Field(
        None, description="By default R. K closes every row, whatever else is sent"
    )
    holders: list[HolderForm] | None = Field(
        None, description="All rows. With them, groups and conditions are replaced too"
    )
    groups: list[list[str]] = Field(
        [], description="Personal codes of holders who act together; needs holders"
    )
    conditions: str | None = Field(
        None, description="Text of joint representation; without groups it is opaque"
    )
    condition_kind: ConditionKind = "YHESJ"


class CompanyOrder(CompanyForm):
    """A company in a list."""

    code: RegistryCode


class CompanyView(BaseModel):
    """A company as the register holds it, personal codes included."""

    code: str
    name: str
    legal_form: str
    status: str
    holders: list[HolderForm]
    groups: list[list[str]]
    conditions: str | None
    condition_kind: str | None
    entry_nr: int = Field(description="kande_nr of the last entry")

    @classmethod
    def of(cls, company: Company) -> Self:
        codes = {holder.row_id: holder.person.code for holder in company.holders}
        return cls(
            code=company.code,
            name=company.name,
            legal_form=company.form,
            status=company.status,
            holders=[HolderForm.of(holder) for holder in company.holders],
            groups=[[codes[row_id] for row_id in group] for group in company.groups],
            conditions="\n".join(each.text for each in company.conditions) or None,
            condition_kind=company.conditions[0].kind if company.conditions else None,
            entry_nr=company.entry_nr,
        )
