"""/v1/ops/mandates: access that was given on paper, recorded and confirmed by two officers."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffCaller, StaffRole
from api.delegations.account_delegations import receiver_of
from api.http import idempotency, pagination, problems
from api.http.dependencies import Store
from api.http.idempotency import OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.mandates.officer import Officer
from api.mandates.schemas import Mandate, MandateInput, MandatePage
from api.people.look_ups import note_look_up
from domain.mandates.four_eyes import CONFIRMED
from domain.mandates.states import MandateState
from domain.people.look_ups import LookUp
from services.mandates import mandates, reads
from services.mandates.mandates import Recording
from services.mandates.reads import PaperMandate
from storage.mandates.mandate_queries import Place

router = APIRouter(prefix="/v1/ops/mandates", tags=["mandates"], route_class=GuardedRoute)

WHO_MAY_READ = Allow(roles=(StaffRole.MANDATE_OFFICER, StaffRole.SUPPORT, StaffRole.OPS), acts=True)
Reader = Annotated[Authorized, Depends(WHO_MAY_READ)]

_KNOWN = problems.together(idempotency.RESPONSES, problems.documented("not_found"))
_RECORDED = problems.together(_KNOWN, problems.documented("delegation_refused"))
_ANSWERED = problems.together(_KNOWN, problems.documented("mandate_answered"))
_BY_ANOTHER = problems.together(_ANSWERED, problems.documented("second_person_needed"))
_CONFIRMED = problems.together(_BY_ANOTHER, problems.documented("delegation_refused"))
_WITHDRAWN = problems.together(_ANSWERED, problems.documented("mandate_of_another"))
_ENDED = problems.together(_KNOWN, problems.documented("mandate_not_confirmed"))


@router.get("", operation_id="listMandates", responses=pagination.RESPONSES)
def list_mandates(
    admitted: Reader,
    database: Store,
    page: pagination.Asked,
    account_id: UUID | None = None,
    state: MandateState | None = None,
) -> MandatePage:
    """List mandates, newest first: all, or those on an account, or in a state now.

    Each person of one that counts, or did, is the event `person:looked_up`, with whoever looked.
    Before, no event names them.
    """
    found = reads.page(
        database,
        account_id=account_id,
        state=state,
        before=page.place("mandates", Place),
        limit=page.limit + 1,
    )
    shown, following = page.cut(
        "mandates", found, lambda each: (each.mandate.recorded_at, each.mandate.id)
    )
    _note_look_up(database, admitted, shown)
    with_code = _sees_codes(admitted)
    items = [Mandate.of(each, admitted.actor, with_code=with_code) for each in shown]
    return MandatePage(items=items, next=following)


@router.get(
    "/{mandate_id:uuid}", operation_id="getMandate", responses=problems.documented("not_found")
)
def get_mandate(mandate_id: UUID, admitted: Reader, database: Store) -> Mandate:
    """Return one mandate. Its person is looked up, as in the list."""
    found = reads.read(database, mandate_id)
    _note_look_up(database, admitted, [found])
    return Mandate.of(found, admitted.actor, with_code=_sees_codes(admitted))


@router.post(
    "", operation_id="recordMandate", status_code=201, response_model=Mandate, responses=_RECORDED
)
async def record_mandate(wanted: MandateInput, officer: Officer, once: OnceOnly) -> Response:
    """Record what a paper gives to a person. It gives nothing before another officer confirms it.

    Without an answer it lapses after 14 days.
    """

    def record(id_: UUID) -> PaperMandate:
        person = receiver_of(wanted.person, "/person/code")
        document = wanted.document.document()
        recording = Recording(id_, wanted.account_id, person, wanted.terms(), document)
        return mandates.record(officer.database, recording, officer.zone, actor=officer.actor)

    return await officer.once(once, record, 201)


@router.post(
    "/{mandate_id:uuid}/confirm",
    operation_id="confirmMandate",
    response_model=Mandate,
    responses=_CONFIRMED,
)
async def confirm_mandate(
    mandate_id: UUID, why: ReasonInput, officer: Officer, once: OnceOnly
) -> Response:
    """Confirm a mandate that another officer recorded: access begins at once, or on its first day.

    Its person and those who represent the owner of the account are told.
    """

    def confirm(_: UUID) -> PaperMandate:
        about = (officer.database, mandate_id, officer.zone)
        return mandates.confirm(*about, actor=officer.actor, note=why.reason)

    return await officer.once(once, confirm)


@router.post(
    "/{mandate_id:uuid}/reject",
    operation_id="rejectMandate",
    response_model=Mandate,
    responses=_BY_ANOTHER,
)
async def reject_mandate(
    mandate_id: UUID, why: ReasonInput, officer: Officer, once: OnceOnly
) -> Response:
    """Reject a mandate that another officer recorded. Whom it was for is forgotten."""

    def reject(_: UUID) -> PaperMandate:
        about = (officer.database, mandate_id)
        return mandates.reject(*about, actor=officer.actor, note=why.reason)

    return await officer.once(once, reject)


@router.post(
    "/{mandate_id:uuid}/withdraw",
    operation_id="withdrawMandate",
    response_model=Mandate,
    responses=_WITHDRAWN,
)
async def withdraw_mandate(
    mandate_id: UUID, why: ReasonInput, officer: Officer, once: OnceOnly
) -> Response:
    """Withdraw a mandate that you recorded, before it is answered. Whom it was for is forgotten."""

    def withdraw(_: UUID) -> PaperMandate:
        about = (officer.database, mandate_id)
        return mandates.withdraw(*about, actor=officer.actor, note=why.reason)

    return await officer.once(once, withdraw)


@router.post(
    "/{mandate_id:uuid}/end",
    operation_id="endMandate",
    response_model=Mandate,
    responses=_ENDED,
)
async def end_mandate(
    mandate_id: UUID, why: ReasonInput, officer: Officer, once: OnceOnly
) -> Response:
    """End what a confirmed mandate gives, at once. One officer is enough."""

    def end(_: UUID) -> PaperMandate:
        about = (officer.database, mandate_id)
        return mandates.end(*about, actor=officer.actor, note=why.reason)

    return await officer.once(once, end)


def _note_look_up(database: Store, admitted: Authorized, shown: Sequence[PaperMandate]) -> None:
    found = [each.mandate for each in shown if each.mandate.state in CONFIRMED]
    persons = [each.person_id for each in found if each.person_id]
    note_look_up(database, admitted, persons, LookUp.MANDATE)


def _sees_codes(admitted: Authorized) -> bool:
    caller = admitted.caller
    return isinstance(caller, StaffCaller) and StaffRole.MANDATE_OFFICER in caller.roles
