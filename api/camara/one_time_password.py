"""CAMARA One Time Password SMS v1.1.1: codes for programs, over the same process as a person's.

Unlike a person, a program is told whether a number is this operator's: the API demands it, and only
the operator's contracted clients have the scope.
"""

from math import ceil
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope
from api.camara.errors import CamaraError, documented
from api.http.dependencies import Store
from api.numbers.dependencies import Numbers
from domain.numbers.phone_numbers import NumberRefused, PhoneNumber
from domain.numbers.verifications import State
from services.numbers.verification import NumberProcess
from storage.audit import events
from storage.database import Database
from storage.numbers import blocks, verification_queries
from storage.numbers.codes import Guess
from storage.numbers.verifications import Request, Requester
from storage.requests.rate_limits import LimitReached

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


def _storable(text: str) -> str:
    if "\0" in text:  # PostgreSQL keeps no such text
        raise ValueError("must not hold NUL")
    return text


class SendCodeBody(BaseModel):
    """Structure to request sending a code to a phone number."""

    phoneNumber: str = Field(pattern=r"^\+[1-9][0-9]{4,14}$")  # noqa: N815 # CAMARA's word
    message: Annotated[
        str, Field(pattern=r".*\{\{code\}\}.*", max_length=160), AfterValidator(_storable)
    ]


class SendCodeResponse(BaseModel):
    """Structure to provide authentication identifier."""

    authenticationId: str = Field(max_length=36)  # noqa: N815 # CAMARA's word


class ValidateCodeBody(BaseModel):
    """Structure to request code verification."""

    authenticationId: str = Field(max_length=36)  # noqa: N815 # CAMARA's word
    code: str = Field(max_length=10)


_OF_LIMIT = {
    "number": "MAX_OTP_CODES_EXCEEDED",
    "block": "PHONE_NUMBER_BLOCKED",
    "client_quota": "QUOTA_EXCEEDED",
    "client_quota_checks": "QUOTA_EXCEEDED",
}


@router.post(
    "/send-code",
    operation_id="sendCode",
    openapi_extra=_EXTRA,
    description=PROGRAMS.words(),
    responses=documented(
        *("INVALID_ARGUMENT", "UNAUTHENTICATED", "PERMISSION_DENIED", "MAX_OTP_CODES_EXCEEDED"),
        *("PHONE_NUMBER_NOT_ALLOWED", "PHONE_NUMBER_BLOCKED", "NOT_FOUND"),
        *("QUOTA_EXCEEDED", "TOO_MANY_REQUESTS"),
    ),
)
async def send_code(
    body: SendCodeBody, admitted: Program, database: Store, numbers: Numbers
) -> SendCodeResponse:
    """Sends a message including an OTP code to the given phone number."""
    number = await _number(numbers, database, body.phoneNumber)
    if not await run_in_threadpool(_is_ours, database, number.e164):
        raise CamaraError("NOT_FOUND")
    wish = Request(uuid4(), _requester(admitted), number, message=body.message)
    try:
        row = await numbers.ask(wish, None, admitted.actor)
    except LimitReached as reached:
        raise _of_limit(reached) from None
    if row.state == State.UNDELIVERABLE:
        barred = await run_in_threadpool(_is_blocked, database, number)
        raise CamaraError("PHONE_NUMBER_BLOCKED" if barred else "PHONE_NUMBER_NOT_ALLOWED")
    return SendCodeResponse(authenticationId=str(wish.id))


def _of_limit(reached: LimitReached) -> CamaraError:
    seconds = max(ceil(reached.retry_after.total_seconds()), 1)
    code = _OF_LIMIT.get(reached.kind, "TOO_MANY_REQUESTS")
    return CamaraError(code, {"Retry-After": str(seconds)})


async def _number(numbers: NumberProcess, database: Database, text: str) -> PhoneNumber:
    try:
        return numbers.number(text)
    except NumberRefused as error:
        refused = error.code
    if refused == "number_invalid":
        raise CamaraError("INVALID_ARGUMENT")
    abroad = refused == "country_not_allowed"
    if abroad and not await run_in_threadpool(_is_ours, database, text):
        raise CamaraError("NOT_FOUND")
    raise CamaraError("PHONE_NUMBER_NOT_ALLOWED")


def _is_ours(database: Database, number: str) -> bool:
    with database.reading() as connection:
        return verification_queries.is_ours(connection, number)


def _is_blocked(database: Database, number: PhoneNumber) -> bool:
    try:
        with database.transaction() as session:
            blocks.check(session, number, events.now(session))
    except LimitReached:
        return True
    return False


def _requester(admitted: Authorized) -> Requester:
    return Requester(client=f"{admitted.caller.issuer} {admitted.caller.client_id}")


@router.post(
    "/validate-code",
    operation_id="validateCode",
    openapi_extra=_EXTRA,
    status_code=204,
    description=PROGRAMS.words(),
    responses=documented(
        *("INVALID_ARGUMENT", "OUT_OF_RANGE", "VERIFICATION_FAILED", "VERIFICATION_EXPIRED"),
        *("INVALID_OTP", "UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_FOUND"),
        *("QUOTA_EXCEEDED", "TOO_MANY_REQUESTS"),
    ),
)
async def validate_code(body: ValidateCodeBody, admitted: Program, numbers: Numbers) -> None:
    """Verifies the code is valid for the received authenticationId."""
    if not body.code or not body.authenticationId:
        raise CamaraError("INVALID_ARGUMENT")
    if len(body.code) < _SHORTEST:
        raise CamaraError("OUT_OF_RANGE")
    try:
        await numbers.count_check(_requester(admitted))
    except LimitReached as reached:
        raise _of_limit(reached) from None
    try:
        id_ = UUID(body.authenticationId)
    except ValueError:
        raise CamaraError("NOT_FOUND") from None
    found = await numbers.guess(id_, _requester(admitted), body.code, admitted.actor)
    if found is Guess.UNKNOWN:
        raise CamaraError("NOT_FOUND")
    if found is Guess.WRONG:
        raise CamaraError("INVALID_OTP")
    row = await numbers.read(id_)
    if found is Guess.RIGHT and row.state == State.VERIFIED:
        return
    if row.state == State.SENT and found is Guess.CLOSED:  # wrong, though the right one has come
        raise CamaraError("INVALID_OTP")
    if row.state == State.SENT:  # right, but nobody can look at the SIM just now
        raise CamaraError("UNAVAILABLE", {"Retry-After": "5"})
    too_many = row.state == State.FAILED and row.reason["code"] == "too_many_tries"
    raise CamaraError("VERIFICATION_FAILED" if too_many else "VERIFICATION_EXPIRED")
