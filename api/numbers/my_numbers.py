"""The person's own phone numbers: proving one by a code, and what it gave."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.accounts.me import NOT_KNOWN, Acting
from api.auth.authorization import Authorized
from api.auth.client_ip import PERSON_ADDRESS, address_of
from api.auth.principals import PersonCaller
from api.http import accepted, pagination, problems
from api.http.dependencies import Store, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel
from api.http.validation_errors import ValidationIssue
from api.numbers.dependencies import Numbers
from api.numbers.schemas import VerificationPage, VerificationShape, too_many
from domain.numbers.phone_numbers import NumberRefused, PhoneNumber
from domain.numbers.sms_texts import Language
from services.numbers.verification import NumberProcess
from storage.database import Database
from storage.numbers import codes, verification_queries
from storage.numbers.verifications import Request as Wish
from storage.numbers.verifications import Requester
from storage.requests.rate_limits import LimitReached

router = APIRouter(prefix="/v1/me/numbers", tags=["numbers"], route_class=GuardedRoute)

_LIMITED = problems.documented("too_many_requests")
_PLACE = "my-numbers"


class WishedNumber(RequestModel):
    """A number to prove."""

    number: str = Field(
        min_length=3, max_length=30, description="As people write it; without a country: Estonia's."
    )
    language: Language = Field(Language.ESTONIAN, description="Of the SMS.")


@router.post(
    "",
    operation_id="verifyMyNumber",
    status_code=202,
    response_model=VerificationShape,
    openapi_extra={"parameters": [PERSON_ADDRESS]},
    responses={
        200: {
            "description": "The login by Mobiil-ID proves it already.",
            "model": VerificationShape,
        },
        **accepted.RESPONSES,
        **problems.together(_LIMITED, problems.documented("number_not_allowed")),
        **NOT_KNOWN,
    },
)
async def verify_my_number(
    wished: WishedNumber,
    request: Request,
    admitted: Acting,
    *,
    database: Store,
    once: OnceOnly,
    numbers: Numbers,
) -> Response:
    """Send a code to a mobile number. A newer request for the same number voids the older.

    Known and unknown numbers are answered alike. Someone who logged in by Mobiil-ID with this very
    number needs no code.
    """
    number = _number(numbers, wished.number)
    person_id = await run_in_threadpool(acting_person, database, admitted)

    async def begin(id_: UUID) -> Done:
        if _proved_by_login(admitted, number, numbers):
            await run_in_threadpool(_verify_now, database, id_, person_id, number, admitted)
            return Done(200, _shown(await numbers.read(id_), numbers))
        wish = Wish(id_, Requester(person_id), number, wished.language)
        try:
            row = await numbers.ask(wish, address_of(request, admitted), admitted.actor)
        except LimitReached as reached:
            raise too_many(reached) from None
        headers = {"Location": f"/v1/me/numbers/{id_}", "Retry-After": "1"}
        return Done(202, _shown(row, numbers), headers)

    return await once(admitted, begin, person_id)


def _number(numbers: NumberProcess, text: str) -> PhoneNumber:
    try:
        return numbers.number(text)
    except NumberRefused as error:
        fault = ValidationIssue("/number", str(error))
        code = "invalid" if error.code == "number_invalid" else "number_not_allowed"
        raise Problem(code, errors=[fault]) from None


def _proved_by_login(admitted: Authorized, number: PhoneNumber, numbers: NumberProcess) -> bool:
    caller = admitted.caller
    if not isinstance(caller, PersonCaller) or caller.phone is None:
        return False
    try:
        return numbers.number(caller.phone) == number
    except NumberRefused:
        return False


def _verify_now(
    database: Database, id_: UUID, person_id: UUID, number: PhoneNumber, admitted: Authorized
) -> None:
    with database.transaction() as session:
        codes.verify_by_login(session, id_, person_id, number, actor=admitted.actor)


def _shown(row: Any, numbers: NumberProcess) -> dict[str, Any]:
    return VerificationShape.of(row, numbers.policy.rules).model_dump(mode="json")


@router.get("", operation_id="listMyNumbers", responses=pagination.RESPONSES | NOT_KNOWN)
def list_my_numbers(
    admitted: Acting, database: Store, page: pagination.Asked, numbers: Numbers
) -> VerificationPage:
    """Every number that was verified, or was to be, the newest first."""
    before = page.place(_PLACE, tuple[datetime, UUID])
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        rows = verification_queries.of_person(
            connection, person_id, before=before, limit=page.limit + 1
        )
    shown, following = page.cut(_PLACE, rows, lambda row: (row.created_at, row.id))
    rules = numbers.policy.rules
    return VerificationPage(
        items=[VerificationShape.of(row, rules) for row in shown], next=following
    )
