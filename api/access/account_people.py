"""/v1/accounts/{id}/people: everyone with access to an account, whatever it comes from."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.access.account_access import PeopleViewer, may_view, note_use, require_view
from api.access.grant_lists import GrantSummary, RolePermissions, Summaries
from api.access.list_reader import ListReader
from api.access.service_labels import labels, sight_of
from api.auth.authorization import Authorized
from api.auth.principals import StaffCaller
from api.http import pagination, problems
from api.http.dependencies import At, Store, Uses
from api.http.routes import GuardedRoute
from api.http.schemas import AnyMoment, RequestModel, ResponseModel, SingleLine
from api.http.sentences import AskedSentences
from api.people.look_ups import note_look_up
from domain.access.grants import Grant, Origin
from domain.access.permissions import Permission
from domain.numbers.phone_numbers import masked
from domain.people.look_ups import LookUp
from storage.access import people_list_queries
from storage.access.many_queries import Subject
from storage.access.people_list_queries import PeopleFilter, PersonGrants
from storage.database import Connection
from storage.numbers import proved_numbers

router = APIRouter(prefix="/v1/accounts", tags=["accounts"], route_class=GuardedRoute)

_RESPONSES = pagination.RESPONSES | problems.documented("not_found")
_ENDS_BEFORE = "A grant ends by itself before this moment."


class PersonAccess(GrantSummary):
    """One person with access to the account."""

    person_id: UUID
    name: str | None = Field(
        description="null: of a past moment, where neither the person has access now nor the"
        " caller had `access:view` then."
    )
    number: str | None = Field(
        description="Where access is by a proved number: the number, masked, as"
        " `+3725••••123`. Null: it is not, or as `name`."
    )
    suspended: bool = Field(
        description="The person or the account is frozen, so the access is not in force. Such"
        " persons are listed for staff only."
    )
    last_used: date | None = Field(
        description="The last day on which the person used access to this account, whichever of"
        " their grants allowed it. Null: not in the time for which that is kept, or of a past"
        " moment."
    )
    you: bool = Field(description="Whether it is the calling person, or the one a portal acts for.")
    may_change: list[UUID] = Field(
        description="Of the delegations behind these grants, those that the caller may change,"
        " renew and end: given in the name of the owner for whom they manage access, or passed on"
        " by them. Empty of a past moment."
    )


class PersonPage(ResponseModel):
    """A page of persons."""

    items: list[PersonAccess]
    roles: list[RolePermissions] = Field(
        description="Each role that these grants leave their permissions to, once."
    )
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class PeopleSearch(RequestModel):
    """Whom to list: persons with a grant for which all of these hold."""

    name: SingleLine | None = Field(None, max_length=100, description="Part of the person's name.")
    permission: Permission | None = Field(
        None,
        description="Only persons who have it on the account. Left out: any.",
    )
    origin: Origin | None = Field(
        None,
        description="Only persons with a grant from there. Left out: any.",
    )
    ends_before: AnyMoment | None = Field(None, description=_ENDS_BEFORE)


class _ListPeople:
    """Lists the persons on an account for one request."""

    def __init__(
        self, database: Store, uses: Uses, page: pagination.Asked, sentences: AskedSentences
    ) -> None:
        self._database = database
        self._uses = uses
        self._page = page
        self._sentences = sentences

    def __call__(
        self,
        admitted: Authorized,
        account_id: UUID,
        which: PeopleFilter,
        at: datetime | None = None,
    ) -> PersonPage:
        page = self._page
        after = page.place("people", UUID)
        with self._database.reading() as connection:
            require_view(connection, admitted, account_id)
            note_use(self._uses, admitted, account_id)
            saw_all = at is None or may_view(connection, admitted, account_id, at)
            rows = people_list_queries.people_of(
                connection,
                account_id,
                which,
                at=at,
                after=after,
                limit=page.limit + 1,
                suspended_too=isinstance(admitted.caller, StaffCaller),
            )
            shown, following = page.cut("people", rows, lambda row: row.person_id)
            grants = [grant for row in shown for grant in row.grants]
            held = {Subject(row.person_id, account_id, at): row.grants for row in shown}
            summaries = self._summaries(connection, admitted, account_id, held)
            numbers = proved_numbers.of_grants(connection, [grant.id for grant in grants])
            reader = ListReader.of(connection, admitted, account_id, now=at is None)
        seen = [row.person_id for row in shown]
        note_look_up(self._database, admitted, seen, LookUp.ACCOUNT, account_id)
        items = [
            _person(row, summaries, numbers, reader, named=saw_all or row.has_access)
            for row in shown
        ]
        return PersonPage(items=items, roles=summaries.roles(held.values()), next=following)

    def _summaries(
        self,
        connection: Connection,
        admitted: Authorized,
        account_id: UUID,
        held: Mapping[Subject, Sequence[Grant]],
    ) -> Summaries:
        grants = [each for grants in held.values() for each in grants]
        sights = {account_id: sight_of(connection, admitted, account_id)}
        services = labels(connection, sights, grants)
        return Summaries.read(connection, admitted, held, services, self._sentences)


_Listing = Annotated[_ListPeople, Depends()]


def _person(
    row: PersonGrants,
    summaries: Summaries,
    numbers: Mapping[UUID, str],
    reader: ListReader,
    *,
    named: bool,
) -> PersonAccess:
    chains = [summaries.chains.get(grant.id, ()) for grant in row.grants]
    return PersonAccess(
        person_id=row.person_id,
        name=row.name if named else None,
        number=_masked(row.grants, numbers) if named else None,
        suspended=row.suspended,
        last_used=row.last_used if reader.now else None,
        you=row.person_id == reader.person_id,
        may_change=sorted({each[0].delegation_id for each in chains if reader.may_change(each)}),
        **summaries.fields(row.grants, row.name if named else ""),
    )


@router.get("/{account_id}/people", operation_id="listAccountPeople", responses=_RESPONSES)
def list_account_people(
    account_id: UUID,
    admitted: PeopleViewer,
    list_people: _Listing,
    *,
    permission: Permission | None = None,
    origin: Origin | None = None,
    ends_before: Annotated[AnyMoment | None, Query(description=_ENDS_BEFORE)] = None,
    at: At = None,
) -> PersonPage:
    """List the persons with access to this account, with their grants.

    Sorted by name in the order of the Estonian alphabet; of a past moment by id. Filters choose
    persons with a grant for which all of them hold, and show all grants of each.

    Requires `access:view` on the account. Anyone else gets 404. Each person whom staff are shown is
    the event `person:looked_up`.
    """
    which = PeopleFilter(permission=permission, origin=origin, ends_before=ends_before)
    return list_people(admitted, account_id, which, at)


@router.post(
    "/{account_id}/people/search", operation_id="searchAccountPeople", responses=_RESPONSES
)
def search_account_people(
    account_id: UUID,
    search: PeopleSearch,
    admitted: PeopleViewer,
    list_people: _Listing,
) -> PersonPage:
    """List the persons with access to this account by part of their name.

    The name stands in the body, since URLs end up in logs. Otherwise as the list: `next` of its
    pages is for the same search.

    Requires `access:view` on the account. Anyone else gets 404. Each person whom staff are shown is
    the event `person:looked_up`.
    """
    which = PeopleFilter(search.name, search.permission, search.origin, search.ends_before)
    return list_people(admitted, account_id, which)


def _masked(grants: Sequence[Grant], numbers: Mapping[UUID, str]) -> str | None:
    """Return the first number that one of these grants rests on, masked."""
    proved = (numbers[grant.id] for grant in grants if grant.id in numbers)
    return next(map(masked, proved), None)
