"""Routes of the person's own phone numbers: verify one, list the verifications."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.accounts.me import NOT_KNOWN, Acting
from api.auth.authorization import Authorized
from api.auth.client_ip import PERSON_ADDRESS, origin_of
from api.auth.principals import PersonCaller
from api.http import accepted, pagination, problems
from api.http.dependencies import ActingPerson, EngineDep, Store, acting, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel
from api.numbers.dependencies import Policy, parse_number
from api.numbers.schemas import Verification, VerificationPage, too_many
from domain.numbers.phone_numbers import NumberRefused, PhoneNumber
from domain.numbers.send_limits import SendOrigin
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import Requester, VerificationRequest
from domain.rates import LimitReached
from services.engine import Engine
from services.numbers.policy import NumberPolicy
from services.numbers.verification import start_verification, verify_by_login
from storage.numbers import verification_queries

router = APIRouter(prefix="/v1/me/numbers", tags=["number-verification"], route_class=GuardedRoute)

_PLACE = "my-numbers"


class NumberVerificationInput(RequestModel):
    """A number to verify."""

    number: str = Field(
        min_length=3,
        max_length=30,
        description="As people write it; without a country code: a number of Estonia.",
    )
    language: Language = Field(Language.ESTONIAN, description="Language of the SMS.")


@router.post(
    "",
    operation_id="verifyMyNumber",
    status_code=202,
    response_model=Verification,
    openapi_extra={"parameters": [PERSON_ADDRESS]},
    responses={
        200: {
            "description": "Verified already, by the login with Mobiil-ID.",
            "model": Verification,
        },
        **problems.together(
            accepted.RESPONSES | accepted.UNAVAILABLE | NOT_KNOWN,
            problems.documented(
                "number_not_allowed", "person_address_invalid", "too_many_requests"
            ),
        ),
    },
)
async def verify_my_number(
    wanted: NumberVerificationInput,
    request: Request,
    admitted: Acting,
    *,
    database: Store,
    once: OnceOnly,
    engine: EngineDep,
    policy: Policy,
) -> Response:
    """Send a code to a mobile number. A newer request for the same number supersedes the older.

    Known and unknown numbers get the same answer. A person who logged in by Mobiil-ID with this
    very number needs no code.
    """
    number = parse_number(policy, wanted.number)
    by_login = _is_of_login(admitted, number, policy)
    who = await run_in_threadpool(acting, database, admitted)

    async def verify(id_: UUID) -> Done:
        if by_login:
            view = await verify_by_login(engine, id_, who.id, number, actor=who.actor)
            return Done(200, Verification.of(view, policy.rules).as_json())
        asked = VerificationRequest(id_, Requester(who.id), number, wanted.language)
        return await _start(engine, policy, asked, origin_of(request, admitted), who)

    return await once(admitted, verify, who.id)


async def _start(
    engine: Engine,
    policy: NumberPolicy,
    request: VerificationRequest,
    origin: SendOrigin,
    who: ActingPerson,
) -> Done:
    try:
        view = await start_verification(engine, policy, request, origin=origin, actor=who.actor)
    except LimitReached as reached:
        raise too_many(reached) from None
    headers = {"Location": f"/v1/me/numbers/{request.id}", "Retry-After": "1"}
    return Done(202, Verification.of(view, policy.rules).as_json(), headers)


def _is_of_login(admitted: Authorized, number: PhoneNumber, policy: NumberPolicy) -> bool:
    """Return whether the person logged in by Mobiil-ID with this number."""
    caller = admitted.caller
    if not isinstance(caller, PersonCaller) or caller.phone is None:
        return False
    try:
        return policy.parse(caller.phone) == number
    except NumberRefused:
        return False


@router.get("", operation_id="listMyVerifications", responses=pagination.RESPONSES | NOT_KNOWN)
def list_my_verifications(
    admitted: Acting, database: Store, page: pagination.Asked, policy: Policy
) -> VerificationPage:
    """List the person's verifications, the newest first."""
    before = page.place(_PLACE, tuple[datetime, UUID])
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        views = verification_queries.of_person(
            connection, person_id, before=before, limit=page.limit + 1
        )
    shown, following = page.cut(_PLACE, views, lambda view: (view.created_at, view.id))
    items = [Verification.of(view, policy.rules) for view in shown]
    return VerificationPage(items=items, next=following)
