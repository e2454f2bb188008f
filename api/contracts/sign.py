"""/v1/contracts/{id}/sign: agree to a contract by a signature of one's own phone."""

from enum import StrEnum
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.contracts.agreement_schemas import AgreeInput
from api.contracts.contracts import Confirmer
from api.http import accepted, limits, problems
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.parts import parts_of
from api.requests.operations import Operation
from domain.approvals.confirmations import Confirming
from domain.rates import LimitReached
from domain.signatures.methods import SignatureMethod
from services.contracts.sign import SigningRules, sign
from storage.contract_signing.signing_steps import NewSigning
from storage.requests import operation_queries

router = APIRouter(
    prefix="/v1/contracts/{contract_id}", tags=["contracts"], route_class=GuardedRoute
)
_SIGNED = problems.together(
    accepted.RESPONSES,
    problems.documented(
        *("act_changed", "already_agreed", "already_signing", "approval_closed"),
        *("contract_not_waiting", "group_unfillable", "needs_joint_approval", "not_counted"),
        *("not_found", "phone_needed", "representative_needed", "signature_not_asked"),
        *("signing_method_unavailable", "step_up_needed", "template_unknown"),
        "too_many_requests",
    ),
)


class SigningMethod(StrEnum):
    """Method by which people sign on their phones."""

    MOBILE_ID = "mobile_id"
    SMART_ID = "smart_id"


class SignInput(AgreeInput):
    """What you sign, as you were shown it, and by which method."""

    method: SigningMethod = Field(description="How you sign.")
    phone: str | None = Field(
        None,
        pattern=r"^\+[1-9][0-9]{4,14}$",
        description="Number of your Mobile-ID, E.164. Null with `smart_id`.",
    )


@router.post(
    "/sign",
    operation_id="signContract",
    status_code=202,
    response_model=Operation,
    responses=_SIGNED,
)
async def sign_contract(
    contract_id: UUID, seen: SignInput, who: Confirmer, once: OnceOnly, request: Request
) -> Response:
    """Sign a contract with your own phone, by your own fresh login.

    For the owner of the account, or the user of a Mobiil-ID. The documents that were shown are
    signed. While the phone asks, the operation has the `verification_code` that it must show; it
    succeeds once the signature is kept and counts. One signing of a contract by a person is open
    at a time, and how often a phone is asked is limited.
    """
    how = SigningRules(who.approvals, parts_of(request).signing_methods)

    async def carry_out(signing_id: UUID) -> Done:
        given = Confirming(
            who.person_id,
            seen.digest,
            seen.template_version,
            seen.language,
            who.admitted.fresh_login(),
        )
        method = SignatureMethod(seen.method)
        new = NewSigning(signing_id, contract_id, given, method, seen.phone)
        try:
            await sign(who.engine, new, how, actor=who.actor)
        except LimitReached as reached:
            raise limits.too_many_requests(reached.retry_after) from None
        shown = await who.engine.read(lambda c: operation_queries.get(c, signing_id))
        return accepted.accepted(f"/v1/operations/{signing_id}", Operation.of(shown))

    return await once(who.admitted, carry_out, who.person_id)
