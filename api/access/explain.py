"""Support's question: why can this person do that, or why not, and what would change it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.access.check import AccessCheckRequest, AccessDecision, decided, decision_fields
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import problems
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import Grant, Reason, ResponseModel
from domain.identifiers import PersonKey
from services.access import explain as explaining
from services.access.explain import Situation
from storage.access import grant_queries
from storage.accounts import queries
from storage.accounts.queries import AccountRead
from storage.audit import event_queries
from storage.database import Connection, Database
from storage.parties import people
from storage.registry import register_states

router = APIRouter(prefix="/v1/access", tags=["access"], route_class=GuardedRoute)

STAFF = Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS))


_PAST = 5
"""How many ended grants are told of."""


class ExplainAccessRequest(AccessCheckRequest):
    """Whose access it is about cannot be left out."""

    person_id: UUID


class NamedPerson(ResponseModel):
    """A person, for staff who may see who it is."""

    id: UUID | None = Field(description="Null: nobody this engine knows.")
    name: str


class NamedAccount(ResponseModel):
    """An account, for staff."""

    id: UUID
    reference: str
    name: str
    kind: str = Field(description="`private` or `business`.")
    status: str


class RegisterStatement(ResponseModel):
    """What the register said of the company, and of this person in it."""

    id: UUID = Field(description="The register state: grants name it as their proof.")
    status: str
    legal_form: str
    as_of: datetime = Field(description="When the register last said so.")
    believed_since: datetime
    source: str
    roles: list[str] = Field(description="The register's labels for this person there.")
    authority: str = Field(description="`sole`, `together`, `none` or `unknown`.")
    reason: Reason
    together_with: list[NamedPerson]
    opaque: bool = Field(description="There are signing conditions that only a person can read.")


class GrantEvent(ResponseModel):
    """An event that tells of a grant."""

    id: int
    at: datetime
    kind: str


class GrantExplanation(ResponseModel):
    """One grant in force."""

    grant: Grant
    allows: bool = Field(description="Whether it is one of those that allow it.")
    proof: UUID | None = Field(description="The row that proves it.")
    events: list[GrantEvent]


class MissingRequirement(ResponseModel):
    """One thing that is missing for a yes."""

    reason: Reason
    remedy: str = Field(description="What would change it.")


class Explanation(AccessDecision):
    """A decision with everything that it rests on."""

    person: NamedPerson
    account: NamedAccount
    path: list[GrantExplanation] = Field(description="Every grant in force at that moment.")
    register_word: RegisterStatement | None = Field(
        description="Null: a private account, or the register was never asked."
    )
    missing: list[MissingRequirement] = Field(
        description="Empty for a yes. The nearest to a yes first."
    )


@router.post("/explain", operation_id="explainAccess", responses=problems.documented("not_found"))
def explain_access(
    question: ExplainAccessRequest,
    _admitted: Annotated[Authorized, Depends(STAFF)],
    database: Store,
) -> Explanation:
    """The whole path of a yes; for a no, what is missing and what would make it a yes."""
    return explain(database, question)


def explain(database: Database, question: ExplainAccessRequest) -> Explanation:
    """The same for who asks at a shell. Raises Problem where person or account is unknown."""
    with database.snapshot() as connection:
        person = people.find(connection, question.person_id)
        account = queries.account(connection, question.account_id)
        if person is None or account is None:
            raise Problem("not_found")
        situation = _situation(
            connection, question, PersonKey(person.country, person.code), account
        )
        return Explanation(
            **decision_fields(situation.decision),
            person=NamedPerson(id=question.person_id, name=person.name),
            account=_account(account),
            path=_path(connection, situation),
            register_word=_register_word(connection, situation),
            missing=[
                MissingRequirement(reason=Reason.of(found.reason), remedy=found.remedy)
                for found in explaining.missing(situation)
            ],
        )


def _situation(
    connection: Connection, question: ExplainAccessRequest, person: PersonKey, account: AccountRead
) -> Situation:
    who, at = question.person_id, question.at
    company_id = account.company_id
    return Situation(
        permission=question.permission,
        decision=decided(connection, who, question),
        held=grant_queries.held(connection, who, account.id, at),
        past=grant_queries.ended(connection, who, account.id, at, limit=_PAST),
        account=account,
        person=person,
        own=account.person_id == who,
        believed=register_states.believed(connection, company_id, at) if company_id else None,
    )


def _account(account: AccountRead) -> NamedAccount:
    return NamedAccount(
        id=account.id,
        reference=account.reference,
        name=account.name,
        kind="business" if account.company_id else "private",
        status=account.status,
    )


def _path(connection: Connection, situation: Situation) -> list[GrantExplanation]:
    ids = [grant.id for grant in situation.held]
    proofs = grant_queries.proofs(connection, ids)
    events = event_queries.about(connection, ids)
    return [
        GrantExplanation(
            grant=Grant.of(grant),
            allows=grant.id in situation.decision.grants,
            proof=proofs[grant.id],
            events=[
                GrantEvent(id=event.id, at=event.at, kind=event.kind)
                for event in events
                if event.subject_id == grant.id
            ],
        )
        for grant in situation.held
    ]


def _register_word(connection: Connection, situation: Situation) -> RegisterStatement | None:
    believed, authority = situation.believed, explaining.authority(situation)
    if believed is None or authority is None:
        return None
    state = believed.state
    names = explaining.names_in(state)
    ids = people.ids_of(connection, authority.together_with)
    return RegisterStatement(
        id=believed.id,
        status=state.status,
        legal_form=state.legal_form,
        as_of=believed.as_of,
        believed_since=believed.since,
        source=state.source,
        roles=explaining.roles_of(situation.person, state),
        authority=authority.kind,
        reason=Reason.of(authority.reason),
        together_with=[
            NamedPerson(id=ids.get(key), name=names.get(key, "")) for key in authority.together_with
        ],
        opaque=state.opaque,
    )
