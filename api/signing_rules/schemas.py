"""Models of signing rules: the register's statement, officers' readings of it, and their looks."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.document_schemas import AuthorityDocument
from api.http.schemas import Erasable, NamedActor, ResponseModel
from domain.registry.register import Capacity, CompanyStatus
from domain.signing_rules import looks
from domain.signing_rules.looks import LookResult
from domain.signing_rules.states import ReadingState
from services.signing_rules.rules import SigningRule, StatedHolder
from storage.signing_rules.reading_queries import ReadMember, RecordedReading
from storage.signing_rules.rule_queries import RuleLine, RuleWaitsFor


class ReadingMember(ResponseModel):
    """A member of a group of a reading."""

    person_id: UUID
    name: Erasable

    @classmethod
    def of(cls, member: ReadMember) -> Self:
        return cls(person_id=member.person_id, name=member.name)


class SigningRuleReading(ResponseModel):
    """How officers read the signing rule of a company, in one register state."""

    id: UUID
    company_id: UUID
    state: ReadingState = Field(description="It gives access while it is `confirmed`.")
    groups: list[list[ReadingMember]] = Field(
        description="Each acts together, and only together. One person in a group acts alone."
    )
    through_day: date = Field(description="The last day on which the reading counts.")
    document: AuthorityDocument
    recorded_by: NamedActor
    recorded_at: datetime
    decided_by: NamedActor | None = Field(
        description="Who confirmed, rejected or withdrew it. Null: nobody has."
    )
    decided_at: datetime | None
    ended_by: NamedActor | None = Field(
        description="Who ended it once it was confirmed. Null: nobody, or the register did."
    )
    ended_at: datetime | None

    @classmethod
    def of(cls, found: RecordedReading) -> Self:
        return cls(
            id=found.id,
            company_id=found.company_id,
            state=found.state,
            groups=[[ReadingMember.of(each) for each in group] for group in found.groups],
            through_day=found.through_day,
            document=AuthorityDocument.of(found.document),
            recorded_by=NamedActor.of(found.recorded_by),
            recorded_at=found.recorded_at,
            decided_by=NamedActor.of(found.decided_by) if found.decided_by else None,
            decided_at=found.decided_at,
            ended_by=NamedActor.of(found.ended_by) if found.ended_by else None,
            ended_at=found.ended_at,
        )


class RegisterHolder(ResponseModel):
    """An entry of the register."""

    person_id: UUID | None = Field(
        description="Null: a legal person, or nobody who is known here by a personal code."
    )
    name: Erasable = Field(description="Name in the register. Null: the register names none.")
    role: str = Field(description="The register's own label.")
    capacity: Capacity = Field(description="What the register names them as.")
    acts_alone: bool | None = Field(description="Null: it could not be read.")
    counts: bool = Field(
        description="Whether this entry represents the company at this stage of its life."
    )

    @classmethod
    def of(cls, holder: StatedHolder) -> Self:
        return cls(
            person_id=holder.person_id,
            name=holder.name,
            role=holder.role,
            capacity=holder.capacity,
            acts_alone=holder.acts_alone,
            counts=holder.counts,
        )


class SigningRuleLook(ResponseModel):
    """What an officer said of the groups that the register states."""

    result: LookResult = Field(description="Whether the groups are read rightly.")
    looked_by: NamedActor
    looked_at: datetime
    note: Erasable = Field(description="Null: it is erased, or this answers a POST.")

    @classmethod
    def of(cls, look: looks.Look) -> Self:
        by = NamedActor.of(look.by)
        return cls(result=look.result, looked_by=by, looked_at=look.at, note=look.note)


class SigningRuleDetails(ResponseModel):
    """What the register says of who may act for a company, and what officers make of it."""

    company_id: UUID
    country: str
    registry_code: str
    name: Erasable
    status: CompanyStatus = Field(description="Status of the company in the register.")
    digest: str = Field(description="Of what the register says: repeat it in what you decide.")
    as_of: datetime = Field(description="When the register last confirmed it.")
    opaque: bool = Field(description="True: the rule stands in words that only a person can read.")
    words: Erasable = Field(description="The register's words, a line each. Empty: there are none.")
    holders: list[RegisterHolder] = Field(description="Everyone whom the register names.")
    groups: list[list[RegisterHolder]] = Field(
        description="Each may act together, and only together, says the register."
    )
    look: SigningRuleLook | None = Field(
        description="Of what the register says now. Null: nobody has looked."
    )
    readings: list[SigningRuleReading] = Field(
        description="The newest first, past ones too. At most 50."
    )

    @classmethod
    def of(cls, found: SigningRule) -> Self:
        state = found.stored.state
        return cls(
            company_id=found.company_id,
            country=found.company.country,
            registry_code=found.company.code,
            name=state.name,
            status=state.status,
            digest=found.stored.digest,
            as_of=found.stored.as_of,
            opaque=state.opaque,
            words=state.signing_rule_text,
            holders=[RegisterHolder.of(each) for each in found.holders],
            groups=[[RegisterHolder.of(each) for each in group] for group in found.groups],
            look=SigningRuleLook.of(found.look) if found.look else None,
            readings=[SigningRuleReading.of(each) for each in found.readings],
        )


class SigningRuleLine(ResponseModel):
    """A signing rule that waits for an officer, or that officers have read."""

    company_id: UUID
    country: str
    registry_code: str
    name: str
    as_of: datetime = Field(description="When the register last confirmed it.")
    opaque: bool
    waits_for: list[RuleWaitsFor] = Field(description="Empty: nothing.")
    read_through: date | None = Field(
        description="The last day of the reading that applies. Null: none does."
    )

    @classmethod
    def of(cls, line: RuleLine) -> Self:
        return cls(
            company_id=line.company_id,
            country=line.company.country,
            registry_code=line.company.code,
            name=line.company_name,
            as_of=line.as_of,
            opaque=line.opaque,
            waits_for=list(line.waits_for),
            read_through=line.read_through,
        )


class SigningRulePage(ResponseModel):
    """A page of signing rules."""

    items: list[SigningRuleLine]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")
