"""Models of access decisions and their explanations. FastAPI-free: the command line uses them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.access.chains import ChainLink, GrantChain
from api.http.grant_schemas import Grant
from api.http.schemas import Moment, Reason, RequestModel, ResponseModel
from domain import accounts
from domain.access import remedies
from domain.access.decisions import Decision
from domain.access.permissions import Permission
from domain.access.remedies import RemedyCode
from domain.accounts import AccountKind, AccountStatus
from domain.audit import EventKind
from domain.numbers.sms_texts import Language
from domain.registry.authority import AuthorityKind
from runtime.sentences import Sentences
from runtime.texts import remedy_text
from services.access import explain, missing


class AccessCheckRequest(RequestModel):
    """A person, and the permission they need on an account."""

    account_id: UUID
    permission: Permission
    service_id: UUID | None = Field(
        None, description="The service concerned. Left out: the whole account."
    )
    person_id: UUID | None = Field(None, description="Left out: the calling person.")
    at: Moment | None = Field(None, description="A past moment. Left out: now.")


class AccessChecksRequest(RequestModel):
    """Several questions about access, each as `POST /v1/access/check` takes it."""

    questions: list[AccessCheckRequest] = Field(
        min_length=1, max_length=100, description="The questions, in the order of the answers."
    )


class ExplainAccessRequest(AccessCheckRequest):
    """Person and subject whose access is to be explained."""

    person_id: UUID = Field(description="The person whose access is explained.")


class AccessDecision(ResponseModel):
    """A yes or a no, with its reasons."""

    allowed: bool
    reasons: list[Reason]
    grants: list[UUID] = Field(description="The grants that allow it.")
    valid_until: datetime | None = Field(
        description="When it ends by itself: with the last of these grants, or of those that"
        " carry it on without a gap; null: no end is known."
    )
    as_of: datetime | None = Field(
        description="When the source of one of these grants last confirmed it."
    )
    decided_at: datetime = Field(
        description="When it was decided: the moment of the answer, by the clock of the API."
    )
    chains: list[GrantChain] = Field(
        description="Of each delegated grant that allows it: who gave it, on what authority."
    )


class AccessDecisions(ResponseModel):
    """The answers to several questions about access."""

    items: list[AccessDecision] = Field(
        description="One for each question, in the order of the questions."
    )


def decision_fields(
    decision: Decision, decided_at: datetime, chains: Sequence[Any] = ()
) -> dict[str, Any]:
    """Return the fields of an AccessDecision."""
    return {
        "allowed": decision.allowed,
        "reasons": [reason.as_json() for reason in decision.reasons],
        "grants": decision.grants,
        "valid_until": decision.valid_until,
        "as_of": decision.as_of,
        "decided_at": decided_at,
        "chains": chains,
    }


class NamedPerson(ResponseModel):
    """A person, by name for staff."""

    id: UUID | None = Field(description="Null: a person who is unknown here.")
    name: str


class NamedAccount(ResponseModel):
    """An account, by name for staff."""

    id: UUID
    reference: str
    name: str
    kind: AccountKind
    status: AccountStatus


class RegisterStatement(ResponseModel):
    """The register's statement about the company, and about this person in it."""

    id: UUID = Field(description="The register state: grants name it as their proof.")
    status: str = Field(description="Status of the company, as the register has it.")
    legal_form: str = Field(description="Legal form of the company, as the register has it.")
    as_of: datetime = Field(description="When the register last confirmed it.")
    in_force_since: datetime = Field(description="Since when it has been in force here.")
    register_service: str = Field(description="The register's service that said so.")
    roles: list[str] = Field(description="The register's labels for this person.")
    authority: AuthorityKind = Field(description="The person's right to act for the company.")
    reason: Reason = Field(description="Why the person may act for the company, or may not.")
    together_with: list[NamedPerson] = Field(
        description="Those with whom the person acts only together."
    )
    opaque: bool = Field(description="It has signing conditions that only a person can read.")

    @classmethod
    def of(cls, statement: explain.RegisterStatement) -> Self:
        stated, authority = statement.stated, statement.authority
        return cls(
            id=stated.id,
            status=stated.state.status,
            legal_form=stated.state.legal_form,
            as_of=stated.as_of,
            in_force_since=stated.since,
            register_service=stated.state.register_service,
            roles=list(statement.roles),
            authority=authority.kind,
            reason=Reason.of(authority.reason),
            together_with=[NamedPerson(id=p.id, name=p.name) for p in statement.together_with],
            opaque=stated.state.opaque,
        )


class GrantEvent(ResponseModel):
    """An event about a grant."""

    id: int
    at: datetime
    kind: EventKind


class GrantExplanation(ResponseModel):
    """A grant in force, and what proves it."""

    grant: Grant = Field(description="The grant.")
    allows: bool = Field(description="Whether it is one of the grants that allow it.")
    proof: UUID | None = Field(description="Id of the row that proves it.")
    events: list[GrantEvent] = Field(description="What happened to the grant, the oldest first.")
    sentence: str = Field(
        description="Why there is this grant, in the language of `Accept-Language`."
    )
    chain: list[ChainLink] = Field(
        description="Of a delegated grant: from it up to the owner's name."
    )

    @classmethod
    def of(
        cls,
        found: explain.GrantExplanation,
        services: Mapping[UUID, accounts.ServiceLabel],
        sentences: Sentences,
    ) -> Self:
        said = (
            sentences.delegated(found.chain)
            if found.chain
            else sentences.of_grant(found.grant, found.holder)
        )
        return cls(
            sentence=said,
            chain=[ChainLink.of(link) for link in found.chain],
            grant=Grant.of(found.grant, services),
            allows=found.allows,
            proof=found.proof,
            events=[
                GrantEvent(id=event.id, at=event.at, kind=EventKind(event.kind))
                for event in found.events
            ],
        )


class Remedy(ResponseModel):
    """One thing that would make a no a yes."""

    code: RemedyCode = Field(description="Stable, for programs. More may be added.")
    text: str
    facts: dict[str, Any]

    @classmethod
    def of(cls, remedy: remedies.Remedy) -> Self:
        said = remedy_text(remedy.code, remedy.facts, Language.ENGLISH)
        return cls(code=remedy.code, text=said, facts=remedy.facts)


class MissingRequirement(ResponseModel):
    """One thing that is missing for a yes."""

    reason: Reason = Field(description="What is missing.")
    remedy: Remedy = Field(description="What would change it.")


class Explanation(AccessDecision):
    """A decision with everything it rests on."""

    person: NamedPerson = Field(description="The person whose access is explained.")
    account: NamedAccount = Field(description="The account that the question is about.")
    path: list[GrantExplanation] = Field(description="Every grant in force at that moment.")
    register_statement: RegisterStatement | None = Field(
        description="Null: a private account, or the register was never queried."
    )
    missing: list[MissingRequirement] = Field(
        description="Empty for a yes. The nearest to a yes first."
    )

    @classmethod
    def of(cls, found: explain.Explanation, sentences: Sentences) -> Self:
        account, asked = found.account, found.permission
        chains = [
            GrantChain.of(step.grant.id, step.chain, asked, sentences)
            for step in found.grants
            if step.allows and step.chain
        ]
        return cls(
            **decision_fields(found.decision, datetime.now(UTC), chains),
            person=NamedPerson(id=found.person_id, name=found.person.name),
            account=NamedAccount(
                id=account.id,
                reference=account.reference,
                name=account.name,
                kind=account.kind,
                status=account.status,
            ),
            path=[GrantExplanation.of(each, found.services, sentences) for each in found.grants],
            register_statement=(
                RegisterStatement.of(found.register) if found.register is not None else None
            ),
            missing=_missing(found.missing),
        )


def _missing(found: Sequence[missing.MissingRequirement]) -> list[MissingRequirement]:
    return [
        MissingRequirement(reason=Reason.of(each.reason), remedy=Remedy.of(each.remedy))
        for each in found
    ]
