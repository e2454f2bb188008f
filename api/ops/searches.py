"""Support finds a person or an account: by what people can say on the phone.

Codes, names and numbers stand in bodies: URLs end up in logs.
"""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints, model_validator

from api.access_requests.inputs import CompanyCode
from api.accounts.me import AccountPage, account_page
from api.accounts.people import PersonCode
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffCaller, StaffRole
from api.http import pagination, problems
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel, SingleLine
from api.http.sentences import AskedSentences
from domain.accounts import AccountKind, AccountStatus
from domain.people.look_ups import LookUp
from services.people import look_up
from storage.accounts import account_search
from storage.accounts.account_search import FoundAccount
from storage.database import Connection

router = APIRouter(prefix="/v1/ops", tags=["support"], route_class=GuardedRoute)

_ROLES = (StaffRole.SUPPORT, StaffRole.OPS)
_LookingUp = Annotated[Authorized, Depends(Allow(roles=_ROLES, acts=True))]
_OF_ACCOUNTS = (*_ROLES, StaffRole.MANDATE_OFFICER)
_Searching = Annotated[Authorized, Depends(Allow(roles=_OF_ACCOUNTS, acts=False))]
_E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{5,14}$")]
_ONE = "Takes exactly one of its fields"


class PersonSearch(RequestModel):
    """Whom to find: by personal code, or by a phone number. Exactly one."""

    person: PersonCode | None = Field(
        None,
        description="Their personal code. This or `number`, not both.",
    )
    number: _E164 | None = Field(
        None, description="Who has its SIM, and whose private account it is on."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        _require_one(self)
        return self


class FoundPerson(ResponseModel):
    """A person who was found."""

    id: UUID
    name: str = Field(description="Empty: nobody named them.")


class PersonAccountPage(AccountPage):
    """A page of the accounts that a person has access to."""

    person: FoundPerson = Field(description="The person whose accounts these are.")


class FoundPeople(ResponseModel):
    """Persons who were found."""

    items: list[FoundPerson]


class AccountSearch(RequestModel):
    """Which accounts to find. Exactly one."""

    id: UUID | None = Field(
        None,
        description="Id of the account.",
    )
    company: CompanyCode | None = Field(
        None,
        description="The company whose accounts are found.",
    )
    company_name: SingleLine | None = Field(
        None, min_length=2, max_length=100, description="Beginning of the name in the register."
    )
    reference: SingleLine | None = Field(
        None, min_length=1, max_length=100, description="The customer number."
    )
    number: _E164 | None = Field(
        None, description="Of one of its services. For support and operations only."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        _require_one(self)
        return self


class AccountFound(ResponseModel):
    """An account that was found."""

    id: UUID
    reference: str
    name: str
    kind: AccountKind
    status: AccountStatus = Field(description="Whether the account is in use.")
    company_code: str | None = Field(description="Null: a private account.")
    company_name: str | None = Field(description="As the register last gave it.")

    @classmethod
    def of(cls, found: FoundAccount) -> Self:
        """Show an account that was found."""
        return cls(
            id=found.id,
            reference=found.reference,
            name=found.name,
            kind=AccountKind.of(found.company_id),
            status=found.status,
            company_code=found.company_code,
            company_name=found.company_name,
        )


class AccountFoundPage(ResponseModel):
    """A page of accounts."""

    items: list[AccountFound]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


def _require_one(asked: RequestModel) -> None:
    if sum(value is not None for _, value in asked) != 1:
        raise ValueError(_ONE)


@router.post("/people/search", operation_id="searchPeople")
def search_people(search: PersonSearch, admitted: _LookingUp, database: Store) -> FoundPeople:
    """Find a person by personal code, or by a phone number. Nobody is created.

    Each person who is found is the event `person:looked_up`, with whoever looked.
    """
    if search.person is not None:
        key = search.person.key("/person/code")
        found = look_up.by_code(database, key, actor=admitted.actor)
    else:
        found = look_up.by_number(database, search.number or "", actor=admitted.actor)
    return FoundPeople(items=[FoundPerson(id=each.id, name=each.person.name) for each in found])


@router.get(
    "/people/{person_id}/accounts",
    operation_id="listPersonAccounts",
    responses=pagination.RESPONSES | problems.documented("not_found"),
)
def list_person_accounts(
    person_id: UUID,
    admitted: _LookingUp,
    database: Store,
    page: pagination.Asked,
    sentences: AskedSentences,
) -> PersonAccountPage:
    """List the accounts that a person has access to now, as they see them, with the reasons.

    The event `person:looked_up`, with whoever looked.
    """
    found = look_up.by_id(database, person_id, LookUp.ACCOUNTS, actor=admitted.actor)
    with database.reading() as connection:
        shown = account_page(connection, admitted, found.id, page, sentences)
    person = FoundPerson(id=found.id, name=found.person.name)
    return PersonAccountPage(**dict(shown), person=person)


@router.post("/accounts/search", operation_id="searchAccounts", responses=pagination.RESPONSES)
def search_accounts(
    search: AccountSearch, admitted: _Searching, database: Store, page: pagination.Asked
) -> AccountFoundPage:
    """Find accounts: of a company by code or name, by customer number or id, or by a phone number.

    Mandate officers find the account that a paper names: by all of these but a phone number.
    """
    if search.number is not None and not _is_for_people(admitted):
        raise Problem("insufficient_scope")
    after = page.place("accounts-found", UUID)
    with database.reading() as connection:
        found = _find(connection, search, after, page.limit + 1)
    shown, following = page.cut("accounts-found", found, lambda each: each.id)
    return AccountFoundPage(items=[AccountFound.of(each) for each in shown], next=following)


def _is_for_people(admitted: Authorized) -> bool:
    """Whether the caller may find persons too: a number is of somebody."""
    caller = admitted.caller
    return isinstance(caller, StaffCaller) and not caller.roles.isdisjoint(_ROLES)


def _find(
    connection: Connection, search: AccountSearch, after: UUID | None, limit: int
) -> list[FoundAccount]:
    if search.company is not None:
        key = search.company.key()
        found = account_search.by_company_code(
            connection, key.country, key.code, after=after, limit=limit
        )
    elif search.company_name is not None:
        name = search.company_name
        found = account_search.by_company_name(connection, name, after=after, limit=limit)
    elif search.id is not None:
        found = account_search.by_id(connection, search.id)
    elif search.number is not None:
        found = account_search.by_number(connection, search.number, after=after, limit=limit)
    else:
        found = account_search.by_reference(connection, search.reference or "")
    return list(found)
