"""/v1/ops/freezes: freeze a person or an account, and lift that by two people."""

from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import idempotency, pagination, problems
from api.http.dependencies import Store
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.ops.freeze_schemas import Freeze, FreezeInput, FreezePage, FreezeState
from api.ops.stuck import Operator
from api.people.look_ups import note_look_up
from domain.access import suspensions
from domain.access.suspensions import Subject
from domain.people.look_ups import LookUp
from services.access import freezes
from storage.access import suspension_queries
from storage.access.suspension_queries import Place
from storage.database import Database

router = APIRouter(prefix="/v1/ops/freezes", tags=["freezes"], route_class=GuardedRoute)

WHO_MAY_READ = Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS), acts=True)
Reader = Annotated[Authorized, Depends(WHO_MAY_READ)]


@router.get("", operation_id="listFreezes", responses=pagination.RESPONSES)
def list_freezes(
    admitted: Reader,
    database: Store,
    page: pagination.Asked,
    *,
    state: FreezeState = FreezeState.OPEN,
    person_id: UUID | None = None,
    account_id: UUID | None = None,
) -> FreezePage:
    """List freezes, newest first: those in force, or all; of all, of a person, or of an account.

    Each person who is shown is the event `person:looked_up`, with whoever looked.
    """
    before = page.place("freezes", Place)
    with database.reading() as connection:
        found = suspension_queries.freezes(
            connection,
            lifted_too=state is FreezeState.ALL,
            before=before,
            limit=page.limit + 1,
            of=Subject(person_id, account_id),
        )
    shown, following = page.cut("freezes", found, lambda each: (each.begun_at, each.id))
    _note_look_up(database, admitted, shown)
    items = [Freeze.of(each, admitted.actor) for each in shown]
    return FreezePage(items=items, next=following)


@router.get(
    "/{freeze_id:uuid}", operation_id="getFreeze", responses=problems.documented("not_found")
)
def get_freeze(freeze_id: UUID, admitted: Reader, database: Store) -> Freeze:
    """Return one freeze. Its person is the event `person:looked_up`, with whoever looked."""
    found = freezes.read_freeze(database, freeze_id)
    _note_look_up(database, admitted, [found])
    return Freeze.of(found, admitted.actor)


_FROZEN = problems.together(idempotency.RESPONSES, problems.documented("not_found"))
_REQUESTED = problems.together(_FROZEN, problems.documented("freeze_lifted"))
_LIFTED = problems.together(
    _REQUESTED, problems.documented("lift_not_requested", "second_person_needed")
)


@router.post("", operation_id="freeze", response_model=Freeze, responses=_FROZEN)
async def freeze(
    asked: FreezeInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Freeze a person or an account: every access check about it refuses from now on.

    A frozen person can still log in. What is frozen already stays as it is, and its freeze is
    returned.
    """
    subject = Subject(asked.person_id, asked.account_id)
    return await _carry_out(
        once,
        admitted,
        lambda: freezes.freeze(
            database, subject, asked.code, actor=admitted.actor, note=asked.reason
        ),
    )


@router.post(
    "/{freeze_id:uuid}/lift-requests",
    operation_id="requestLift",
    response_model=Freeze,
    responses=_REQUESTED,
)
async def request_lift(
    freeze_id: UUID, why: ReasonInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Ask to lift a freeze. It stays in force until another member of staff lifts it.

    Where somebody has asked already, nothing changes.
    """
    return await _carry_out(
        once,
        admitted,
        lambda: freezes.request_lift(database, freeze_id, actor=admitted.actor, note=why.reason),
    )


@router.post(
    "/{freeze_id:uuid}/lift-requests/withdraw",
    operation_id="withdrawLiftRequest",
    response_model=Freeze,
    responses=_REQUESTED,
)
async def withdraw_lift_request(
    freeze_id: UUID, why: ReasonInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Withdraw the request to lift a freeze, whoever made it. Where nobody has, nothing changes."""
    return await _carry_out(
        once,
        admitted,
        lambda: freezes.withdraw_lift(database, freeze_id, actor=admitted.actor, note=why.reason),
    )


@router.post(
    "/{freeze_id:uuid}/lift", operation_id="lift", response_model=Freeze, responses=_LIFTED
)
async def lift(
    freeze_id: UUID, why: ReasonInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Lift a freeze that another member of staff asked to lift. Access is in force again at once.

    Grants that ended in the meantime stay ended: dates run on during a freeze.
    """
    return await _carry_out(
        once,
        admitted,
        lambda: freezes.lift(database, freeze_id, actor=admitted.actor, note=why.reason),
    )


def _note_look_up(
    database: Database, admitted: Authorized, shown: Sequence[suspensions.Freeze]
) -> None:
    persons = [each.subject.person_id for each in shown if each.subject.person_id]
    note_look_up(database, admitted, persons, LookUp.FREEZE)


async def _carry_out(
    once: OnceOnly, admitted: Authorized, work: Callable[[], suspensions.Freeze]
) -> Response:
    async def carry_out(_: UUID) -> Done:
        return Done(200, Freeze.of(await run_in_threadpool(work), admitted.actor).to_keep())

    return await once(admitted, carry_out)
