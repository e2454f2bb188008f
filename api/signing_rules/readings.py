"""/v1/ops/signing-rules/…/readings: one officer records how a rule is read, a second confirms."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.http import idempotency, problems
from api.http.dependencies import Store
from api.http.idempotency import OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.signing_rules.inputs import SigningRuleReadingInput
from api.signing_rules.officer import Officer, Reader
from api.signing_rules.schemas import SigningRuleReading
from services.signing_rules import readings

router = APIRouter(prefix="/v1/ops/signing-rules", tags=["signing rules"], route_class=GuardedRoute)

_CHANGED = problems.together(
    idempotency.RESPONSES, problems.documented("not_found", "reading_refused")
)
_RECORDED = problems.together(_CHANGED, problems.documented("invalid"))
_DECIDED = problems.together(_CHANGED, problems.documented("second_person_needed"))


@router.post(
    "/{company_id:uuid}/readings",
    operation_id="recordSigningRuleReading",
    response_model=SigningRuleReading,
    status_code=201,
    responses=_RECORDED,
)
async def record_reading(
    company_id: UUID, said: SigningRuleReadingInput, officer: Officer, once: OnceOnly
) -> Response:
    """Record how a signing rule that stands in words is read. Another officer has to confirm it."""

    def work() -> SigningRuleReading:
        zone, wording = officer.parts.offers.zone, said.wording()
        found = readings.record(officer.database, company_id, wording, zone, actor=officer.actor)
        return SigningRuleReading.of(found)

    return await officer.once(once, work, status=201)


@router.get(
    "/readings/{reading_id:uuid}",
    operation_id="getSigningRuleReading",
    responses=problems.documented("not_found"),
)
def get_reading(reading_id: UUID, _admitted: Reader, database: Store) -> SigningRuleReading:
    """Return one reading."""
    return SigningRuleReading.of(readings.read(database, reading_id))


@router.post(
    "/readings/{reading_id:uuid}/confirm",
    operation_id="confirmSigningRuleReading",
    response_model=SigningRuleReading,
    responses=_DECIDED,
)
async def confirm_reading(
    reading_id: UUID, why: ReasonInput, officer: Officer, once: OnceOnly
) -> Response:
    """Confirm a reading that another officer recorded: its members have access at once.

    It takes the place of the reading that applied before, and is void as soon as the register says
    something else.
    """

    def work() -> SigningRuleReading:
        asked = (officer.database, reading_id, officer.parts.departures)
        return SigningRuleReading.of(readings.confirm(*asked, actor=officer.actor, note=why.reason))

    return await officer.once(once, work)


@router.post(
    "/readings/{reading_id:uuid}/reject",
    operation_id="rejectSigningRuleReading",
    response_model=SigningRuleReading,
    responses=_DECIDED,
)
async def reject_reading(
    reading_id: UUID, why: ReasonInput, officer: Officer, once: OnceOnly
) -> Response:
    """Reject a reading that another officer recorded."""

    def work() -> SigningRuleReading:
        asked = (officer.database, reading_id)
        return SigningRuleReading.of(readings.reject(*asked, actor=officer.actor, note=why.reason))

    return await officer.once(once, work)


@router.post(
    "/readings/{reading_id:uuid}/withdraw",
    operation_id="withdrawSigningRuleReading",
    response_model=SigningRuleReading,
    responses=_CHANGED,
)
async def withdraw_reading(
    reading_id: UUID, why: ReasonInput, officer: Officer, once: OnceOnly
) -> Response:
    """Withdraw a reading that you recorded and nobody confirmed."""

    def work() -> SigningRuleReading:
        asked = (officer.database, reading_id)
        return SigningRuleReading.of(
            readings.withdraw(*asked, actor=officer.actor, note=why.reason)
        )

    return await officer.once(once, work)


@router.post(
    "/readings/{reading_id:uuid}/end",
    operation_id="endSigningRuleReading",
    response_model=SigningRuleReading,
    responses=_CHANGED,
)
async def end_reading(
    reading_id: UUID, why: ReasonInput, officer: Officer, once: OnceOnly
) -> Response:
    """End a reading that was confirmed: the access that it gives ends at once."""

    def work() -> SigningRuleReading:
        asked = (officer.database, reading_id, officer.parts.departures)
        return SigningRuleReading.of(readings.end(*asked, actor=officer.actor, note=why.reason))

    return await officer.once(once, work)
