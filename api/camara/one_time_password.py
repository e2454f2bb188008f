"""CAMARA One Time Password SMS v1.1.1: codes for programs, with the use cases that people have.

Unlike a person, a program learns whether a number is this operator's: the API demands it, and only
the operator's contracted clients have the scope.
"""

from math import ceil
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope
from api.camara.errors import CamaraError, documented
from api.http.dependencies import EngineDep
from api.numbers.dependencies import Policy
from domain.numbers.phone_numbers import NumberRefused, PhoneNumber
from domain.numbers.send_limits import CheckLimit, LookupLimit, SendLimit, SendOrigin, SendStop
from domain.numbers.verifications import (
    TOO_MANY_WRONG_CODES,
    CodeCheck,
    Requester,
    VerificationRequest,
    VerificationState,
)
from domain.rates import LimitReached
from domain.visible_text import is_visible
from services.engine import Engine
from services.numbers.policy import NumberPolicy
from services.numbers.verification import (
    check_code,
    count_code_check,
    count_lookup,
    read_verification,
    start_verification,
)
from storage.numbers import blocks, verification_queries
from storage.numbers.verification_queries import VerificationView

PROGRAMS = Allow(scopes=(Scope.OTP,))
Program = Annotated[Authorized, Depends(PROGRAMS)]

CORRELATED = {
    "description": "Correlation id for the different services.",
    "schema": {"type": "string", "pattern": r"^[a-zA-Z0-9-_:;.\/<>{}]{0,256}$"},
}
_SHORTEST = 4
_EXTRA = {
    "parameters": [{"name": "x-correlator", "in": "header", "required": False, **CORRELATED}],
    "security": [{"openId": [str(Scope.OTP)]}],
}

router = APIRouter(tags=["OTP Management"])


def _visible(text: str) -> str:
    if not is_visible(text.replace("\n", "")):
        raise ValueError("has characters that cannot be seen")
    return text


class SendCodeBody(BaseModel):
    """Structure to request sending a code to a phone number."""

    phoneNumber: str = Field(  # noqa: N815 # CAMARA's word
        pattern=r"^\+[1-9][0-9]{4,14}$",
        description="The number that the code is sent to: E.164, with `+`.",
    )
    message: Annotated[
        str, Field(pattern=r".*\{\{code\}\}.*", max_length=160), AfterValidator(_visible)
    ] = Field(description="Text of the SMS; `{{code}}` stands for the code.")


class SendCodeResponse(BaseModel):
    """Structure to provide authentication identifier."""

    authenticationId: str = Field(  # noqa: N815 # CAMARA's word
        max_length=36, description="Id of the process, from sending the code to checking it."
    )


class ValidateCodeBody(BaseModel):
    """Structure to request code verification."""

    authenticationId: str = Field(  # noqa: N815 # CAMARA's word
        max_length=36, description="Id of the process, from sending the code to checking it."
    )
    code: str = Field(max_length=10, description="The code, as the person typed it.")


_OF_LIMIT: dict[str, str] = {
    SendLimit.NUMBER: "MAX_OTP_CODES_EXCEEDED",
    SendStop.BLOCK: "PHONE_NUMBER_BLOCKED",
    SendLimit.CLIENT_QUOTA: "QUOTA_EXCEEDED",
    CheckLimit.CLIENT_QUOTA: "QUOTA_EXCEEDED",
    LookupLimit.CLIENT_QUOTA: "QUOTA_EXCEEDED",
}


@router.post(
    "/send-code",
    operation_id="sendCode",
    openapi_extra=_EXTRA,
    description=PROGRAMS.description(),
    responses=documented(
        *("INVALID_ARGUMENT", "UNAUTHENTICATED", "PERMISSION_DENIED", "MAX_OTP_CODES_EXCEEDED"),
        *("PHONE_NUMBER_NOT_ALLOWED", "PHONE_NUMBER_BLOCKED", "NOT_FOUND"),
        *("QUOTA_EXCEEDED", "TOO_MANY_REQUESTS"),
    ),
)
async def send_code(
    body: SendCodeBody, admitted: Program, engine: EngineDep, policy: Policy
) -> SendCodeResponse:
    """Sends a message including an OTP code to the given phone number."""
    client = admitted.client
    try:
        await count_lookup(engine, policy, client)
    except LimitReached as reached:
        raise _of_limit(reached) from None
    number = await _parse(engine, policy, body.phoneNumber)
    if not await _is_customer_number(engine, number.e164):
        raise CamaraError("NOT_FOUND")
    request = VerificationRequest(uuid4(), Requester(client=client), number, message=body.message)
    origin, actor = SendOrigin(client), admitted.actor
    try:
        view = await start_verification(engine, policy, request, origin=origin, actor=actor)
    except LimitReached as reached:
        raise _of_limit(reached) from None
    if view.state is VerificationState.UNDELIVERABLE:
        blocked = await engine.read(lambda connection: blocks.is_blocked(connection, number))
        raise CamaraError("PHONE_NUMBER_BLOCKED" if blocked else "PHONE_NUMBER_NOT_ALLOWED")
    return SendCodeResponse(authenticationId=str(request.id))


def _of_limit(reached: LimitReached) -> CamaraError:
    seconds = max(ceil(reached.retry_after.total_seconds()), 1)
    code = _OF_LIMIT.get(reached.kind, "TOO_MANY_REQUESTS")
    return CamaraError(code, {"Retry-After": str(seconds)})


async def _parse(engine: Engine, policy: NumberPolicy, text: str) -> PhoneNumber:
    try:
        return policy.parse(text)
    except NumberRefused as error:
        refused = error.code
    if refused == "number_invalid":
        raise CamaraError("INVALID_ARGUMENT")
    if refused == "country_not_allowed" and not await _is_customer_number(engine, text):
        raise CamaraError("NOT_FOUND")
    raise CamaraError("PHONE_NUMBER_NOT_ALLOWED")


async def _is_customer_number(engine: Engine, number: str) -> bool:
    return await engine.read(lambda c: verification_queries.is_customer_number(c, number))


@router.post(
    "/validate-code",
    operation_id="validateCode",
    openapi_extra=_EXTRA,
    status_code=204,
    description=PROGRAMS.description(),
    responses=documented(
        *("INVALID_ARGUMENT", "OUT_OF_RANGE", "VERIFICATION_FAILED", "VERIFICATION_EXPIRED"),
        *("INVALID_OTP", "UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_FOUND"),
        *("QUOTA_EXCEEDED", "TOO_MANY_REQUESTS"),
    ),
)
async def validate_code(
    body: ValidateCodeBody, admitted: Program, engine: EngineDep, policy: Policy
) -> None:
    """Verifies the code is valid for the received authenticationId."""
    if not body.code or not body.authenticationId:
        raise CamaraError("INVALID_ARGUMENT")
    if len(body.code) < _SHORTEST:
        raise CamaraError("OUT_OF_RANGE")
    requester = Requester(client=admitted.client)
    try:
        await count_code_check(engine, policy, requester)
    except LimitReached as reached:
        raise _of_limit(reached) from None
    try:
        id_ = UUID(body.authenticationId)
    except ValueError:
        raise CamaraError("NOT_FOUND") from None
    result = await check_code(engine, policy, id_, requester, body.code, actor=admitted.actor)
    if result is CodeCheck.NOT_FOUND:
        raise CamaraError("NOT_FOUND")
    if result is CodeCheck.WRONG:
        raise CamaraError("INVALID_OTP")
    _conclude(result, await read_verification(engine, id_, requester))


def _conclude(result: CodeCheck, view: VerificationView) -> None:
    """Raise the error that this check ended with, if it did not verify the number."""
    if result is CodeCheck.ACCEPTED and view.state is VerificationState.VERIFIED:
        return
    if view.state is VerificationState.SENT:
        if result is CodeCheck.CLOSED:  # wrong, though the right one had come
            raise CamaraError("INVALID_OTP")
        raise CamaraError("UNAVAILABLE", {"Retry-After": "5"})  # right; the SIM is being checked
    failed = view.state is VerificationState.FAILED
    if failed and view.reason is not None and view.reason.code == TOO_MANY_WRONG_CODES.code:
        raise CamaraError("VERIFICATION_FAILED")
    raise CamaraError("VERIFICATION_EXPIRED")
