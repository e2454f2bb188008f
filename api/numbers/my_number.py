"""Routes of one number verification: read it, check a code, resend, cancel."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from api.accounts.me import Acting
from api.auth.client_ip import PERSON_ADDRESS, origin_of
from api.http import idempotency, problems
from api.http.dependencies import EngineDep
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel
from api.numbers.dependencies import Mine, Policy, Speaker
from api.numbers.schemas import Verification, too_many
from domain.numbers.verifications import CodeCheck
from domain.rates import LimitReached
from services.errors import Refused
from services.numbers.verification import (
    cancel_verification,
    check_code,
    read_verification,
    resend_code,
)

router = APIRouter(
    prefix="/v1/me/numbers/{verification_id}",
    tags=["number-verification"],
    route_class=GuardedRoute,
)

VerificationId = Annotated[UUID, Path(description="Id of the verification.")]
_GONE = problems.documented("not_found", "verification_closed", "workflows_unavailable")


class CodeInput(RequestModel):
    """A code that the person typed."""

    code: str = Field(
        pattern="^[0-9]{6}$",
        description="The digits of the code.",
    )


@router.get("", operation_id="getMyVerification", responses=problems.documented("not_found"))
async def get_my_verification(
    verification_id: VerificationId, mine: Mine, engine: EngineDep, policy: Policy
) -> Verification:
    """Get a verification of the person's."""
    view = await read_verification(engine, verification_id, mine)
    return Verification.of(view, policy.rules)


@router.post(
    "/code",
    operation_id="checkMyCode",
    responses=problems.together(_GONE, problems.documented("code_wrong")),
)
async def check_my_code(
    verification_id: VerificationId,
    typed: CodeInput,
    speaker: Speaker,
    mine: Mine,
    *,
    engine: EngineDep,
    policy: Policy,
) -> Verification:
    """Check the code that the person typed.

    Needs no idempotency key: the right code may be sent again. Every wrong code counts. A problem
    carries the verification as it stands.
    """
    result = await check_code(
        engine, policy, verification_id, mine, typed.code, actor=speaker.actor
    )
    view = await read_verification(engine, verification_id, mine)
    shown = Verification.of(view, policy.rules)
    if result is CodeCheck.ACCEPTED:
        return shown
    code = "code_wrong" if result is CodeCheck.WRONG else "verification_closed"
    raise Problem(code, verification=shown.as_json())


@router.post(
    "/resend",
    operation_id="resendMyCode",
    status_code=202,
    response_model=Verification,
    openapi_extra={"parameters": [PERSON_ADDRESS]},
    responses=problems.together(
        problems.together(_GONE, idempotency.RESPONSES),
        problems.documented("number_not_allowed", "person_address_invalid", "too_many_requests"),
    ),
)
async def resend_my_code(
    verification_id: VerificationId,
    request: Request,
    admitted: Acting,
    mine: Mine,
    *,
    once: OnceOnly,
    engine: EngineDep,
    policy: Policy,
) -> Response:
    """Send another code, from `resend_at` on. Codes that were sent before stay good."""

    async def show() -> Verification:
        view = await read_verification(engine, verification_id, mine)
        return Verification.of(view, policy.rules)

    async def resend(_id: UUID) -> Done:
        origin = origin_of(request, admitted)
        try:
            sent = await resend_code(engine, policy, verification_id, mine, origin=origin)
        except LimitReached as reached:
            raise too_many(reached, await show()) from None
        except Refused as refused:
            shown = (await show()).as_json()
            raise Problem(refused.code, refused.detail, verification=shown) from None
        shown = (await show()).as_json()
        if sent:
            return Done(202, shown)
        raise Problem("verification_closed", verification=shown)

    return await once(admitted, resend, mine.person_id)


@router.delete(
    "",
    operation_id="cancelMyVerification",
    status_code=204,
    responses=problems.documented("not_found"),
)
async def cancel_my_verification(
    verification_id: VerificationId, speaker: Speaker, mine: Mine, engine: EngineDep
) -> None:
    """Cancel this verification. One that has ended stays as it is. Repeatable."""
    await cancel_verification(engine, verification_id, mine, actor=speaker.actor)
