"""/v1/me: the calling person, and the accounts on whose behalf they may act."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.access.grant_lists import GrantSummary, RolePermissions, Summaries
from api.access.service_labels import labels
from api.auth.authorization import Allow, Authorized
from api.http import accepted, limits, pagination, problems
from api.http.dependencies import At, EngineDep, Store, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel, SingleLine
from api.http.sentences import AskedSentences
from api.http.validation_errors import ValidationIssue
from api.parts import parts_of
from api.requests.operations import Operation
from domain.access.sight import Sight
from domain.accounts import AccountKind
from domain.rates import LimitReached
from runtime.sentences import Sentences
from services.registry.refresh_person import refresh_person
from storage.access import grant_list_queries
from storage.access.many_queries import Subject
from storage.database import Connection
from storage.parties import people

router = APIRouter(prefix="/v1/me", tags=["me"], route_class=GuardedRoute)

FOR_THEMSELVES = Allow(person=True, portal=True)
NOT_KNOWN = problems.documented("not_found")
Acting = Annotated[Authorized, Depends(FOR_THEMSELVES)]
Words = Annotated[
    SingleLine | None,
    Query(
        max_length=100,
        description="Part of the account's name, or the beginning of its company's registry code or"
        " of its customer number. Not with `at`.",
    ),
]


class Me(ResponseModel):
    """The calling person."""

    id: UUID
    name: str = Field(
        description="As a register last gave it; where none did, as the person's login does. Empty:"
        " nobody named them."
    )


class AccountAccess(GrantSummary):
    """An account on whose behalf the person may act."""

    account_id: UUID
    reference: str | None = Field(
        description="The customer number that people know. This, `name` and `kind` are as they are"
        " now; null: of a past moment, where the person has no access to the account now."
    )
    name: str | None
    kind: AccountKind | None
    company_code: str | None = Field(
        description="Registry code of its company. Null: a private account, or as `name`."
    )


class AccountPage(ResponseModel):
    """A page of accounts."""

    items: list[AccountAccess]
    roles: list[RolePermissions] = Field(
        description="Each role that these grants leave their permissions to, once."
    )
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


@router.get("", operation_id="getMe", responses=NOT_KNOWN)
def get_me(admitted: Acting, database: Store) -> Me:
    """Return the calling person, created at the first call."""
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        found = people.find(connection, person_id)
    return Me(id=person_id, name=found.name if found else "")


@router.get(
    "/accounts",
    operation_id="listMyAccounts",
    responses=pagination.RESPONSES | NOT_KNOWN,
)
def list_my_accounts(
    admitted: Acting,
    database: Store,
    page: pagination.Asked,
    sentences: AskedSentences,
    *,
    q: Words = None,
    at: At = None,
) -> AccountPage:
    """List the accounts on whose behalf the person may act, private and business, with the reasons.

    Sorted by name in the order of the Estonian alphabet; of a past moment by id. Includes accounts
    of which the person is a joint representative: they may see everything there.
    """
    if q is not None and at is not None:
        raise Problem("invalid", errors=[ValidationIssue("q", "Not together with `at`")])
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        return account_page(connection, admitted, person_id, page, sentences, words=q, at=at)


def account_page(
    connection: Connection,
    admitted: Authorized,
    person_id: UUID,
    page: pagination.Page,
    sentences: Sentences,
    *,
    words: str | None = None,
    at: datetime | None = None,
) -> AccountPage:
    """Return a page of the accounts that a person has access to, as this caller reads it."""
    rows = grant_list_queries.accounts_of(
        connection,
        person_id,
        at=at,
        words=words,
        after=page.place("my-accounts", UUID),
        limit=page.limit + 1,
    )
    shown, following = page.cut("my-accounts", rows, lambda row: row.account_id)
    sights = {} if at is not None else {row.account_id: Sight(row.grants) for row in shown}
    grants = [grant for row in shown for grant in row.grants]
    services = labels(connection, sights, grants)
    held = {Subject(person_id, row.account_id, at): row.grants for row in shown}
    summaries = Summaries.read(connection, admitted, held, services, sentences)
    holder = people.find(connection, person_id)
    name = holder.name if holder else ""
    return AccountPage(
        items=[_access(row, summaries, name) for row in shown],
        roles=summaries.roles(held.values()),
        next=following,
    )


def _access(
    found: grant_list_queries.AccountGrants, summaries: Summaries, holder: str
) -> AccountAccess:
    account = found.account
    return AccountAccess(
        account_id=found.account_id,
        reference=account.reference if account else None,
        name=account.name if account else None,
        kind=account.kind if account else None,
        company_code=account.company_code if account else None,
        **summaries.fields(found.grants, holder),
    )


@router.post(
    "/refresh",
    operation_id="refreshMe",
    status_code=202,
    response_model=Operation,
    responses=accepted.RESPONSES | NOT_KNOWN | limits.RESPONSES,
)
async def refresh_me(
    request: Request, admitted: Acting, engine: EngineDep, once: OnceOnly
) -> Response:
    """Query the register about this person now, and align access with its answer.

    While a refresh of this person is open, further requests return its operation.

    Accepted also while Temporal cannot be reached: it starts once Temporal can. Where the register
    cannot be queried, the operation fails: access stays as it is, with the age of the register
    state it rests on, and nothing new is granted.
    """
    person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    uses = parts_of(request).refreshes.of_refresh(person_id, admitted.client)

    async def refresh(operation_id: UUID) -> Done:
        try:
            operation = await refresh_person(engine, person_id, operation_id, uses)
        except LimitReached as reached:
            raise limits.too_many_requests(reached.retry_after) from None
        return accepted.accepted(f"/v1/operations/{operation.id}", Operation.of(operation))

    return await once(admitted, refresh, person_id)
