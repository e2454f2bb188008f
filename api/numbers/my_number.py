"""One number verification: the code that comes back, another SMS, or no more of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.accounts.me import Acting
from api.auth.client_ip import PERSON_ADDRESS, address_of
from api.http import idempotency, problems
from api.http.dependencies import Store, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel
from api.numbers.dependencies import Numbers
from api.numbers.schemas import VerificationShape, too_many
from services.numbers.verification import NumberProcess
from storage.numbers.codes import Guess
from storage.numbers.verifications import Requester
from storage.requests.rate_limits import LimitReached

router = APIRouter(
    prefix="/v1/me/numbers/{verification_id}", tags=["numbers"], route_class=GuardedRoute
)

_GONE = problems.documented("not_found", "verification_closed", "workflows_unavailable")


class TypedCode(RequestModel):
    """What the person typed."""

    code: str = Field(pattern="^[0-9]{6}$")


async def _mine(admitted: Acting, database: Store) -> Requester:
    return Requester(await run_in_threadpool(acting_person, database, admitted))


Mine = Annotated[Requester, Depends(_mine)]


@router.get("", operation_id="getMyNumber", responses=problems.documented("not_found"))
async def get_my_number(verification_id: UUID, mine: Mine, numbers: Numbers) -> VerificationShape:
    """How far it is."""
    return await _shown(verification_id, mine, numbers)


async def _shown(
    verification_id: UUID, mine: Requester, numbers: NumberProcess
) -> VerificationShape:
    """The caller's verification. Raises Problem where it is nobody's or somebody else's."""
    row = await numbers.read(verification_id)
    if row.person_id != mine.person_id:
        raise Problem("not_found")
    return VerificationShape.of(row, numbers.policy.rules)


@router.post(
    "/code",
    operation_id="proveMyNumber",
    responses=problems.together(_GONE, problems.documented("code_wrong")),
)
async def prove_my_number(
    verification_id: UUID, typed: TypedCode, admitted: Acting, mine: Mine, numbers: Numbers
) -> VerificationShape:
    """Bring the code back. Needs no idempotency key: the right code may be sent again.

    Every wrong code counts. The answer to one, and to a verification that has ended, carries the
    verification as it stands.
    """
    found = await numbers.guess(verification_id, mine, typed.code, admitted.actor)
    shape = await _shown(verification_id, mine, numbers)
    if found is Guess.RIGHT:
        return shape
    code = "code_wrong" if found is Guess.WRONG else "verification_closed"
    raise Problem(code, verification=shape.model_dump(mode="json"))


@router.post(
    "/resend",
    operation_id="resendMyCode",
    status_code=202,
    response_model=VerificationShape,
    openapi_extra={"parameters": [PERSON_ADDRESS]},
    responses=problems.together(
        _GONE | idempotency.RESPONSES, problems.documented("too_many_requests", "not_found")
    ),
)
async def resend_my_code(
    verification_id: UUID,
    request: Request,
    admitted: Acting,
    mine: Mine,
    *,
    once: OnceOnly,
    numbers: Numbers,
) -> Response:
    """Send another code, from `resend_at` on. Codes sent before it stay good."""

    async def again(_id: UUID) -> Done:
        address = address_of(request, admitted)
        try:
            sent = await numbers.resend(verification_id, mine, address)
        except LimitReached as reached:
            raise too_many(reached, await _shown(verification_id, mine, numbers)) from None
        shown = await _shown(verification_id, mine, numbers)
        if sent:
            return Done(202, shown.model_dump(mode="json"))
        raise Problem("verification_closed", verification=shown.model_dump(mode="json"))

    return await once(admitted, again, mine.person_id)


@router.delete(
    "",
    operation_id="cancelMyNumber",
    status_code=204,
    responses=problems.documented("not_found"),
)
async def cancel_my_number(
    verification_id: UUID, admitted: Acting, mine: Mine, numbers: Numbers
) -> None:
    """Have no more of it. One that has ended stays as it is. Repeatable."""
    if not await numbers.cancel(verification_id, mine, admitted.actor):
        raise Problem("not_found")
