"""Use cases of number verification: the database decides, then the workflow is signalled."""

from collections.abc import Sequence
from uuid import UUID

from domain.audit import Actor
from domain.numbers.phone_numbers import NumberRefused, PhoneNumber
from domain.numbers.send_limits import SendOrigin
from domain.numbers.verifications import (
    CANCELLED_BY_PERSON,
    CodeCheck,
    Requester,
    VerificationRequest,
    VerificationState,
)
from domain.rates import Use
from services.engine import Engine
from services.errors import NotFound, Refused
from services.numbers import workflow_client
from services.numbers.conversion import watch_conversion
from services.numbers.policy import NumberPolicy
from services.temporal import TemporalUnavailable
from storage.database import Session
from storage.numbers import (
    codes,
    send_requests,
    verification_queries,
    verification_rows,
    verifications,
)
from storage.numbers.verification_queries import VerificationView
from storage.requests import rate_limits


async def start_verification(
    engine: Engine,
    policy: NumberPolicy,
    request: VerificationRequest,
    *,
    origin: SendOrigin,
    actor: Actor,
) -> VerificationView:
    """Send a code; returns the verification once the gateway has the SMS, or after seconds.

    Repeatable by the request's id. Raises LimitReached, or TemporalUnavailable after taking the
    request back: then no SMS is sent and no limit used, and an earlier verification stays as it was
    (unless Temporal went away within this very request).
    """
    requester, number = request.requester, request.number
    before = await engine.read(
        lambda c: verification_queries.standing(c, requester, number.e164, request.id)
    )
    proved = before.proved
    if before.has_open:  # superseding it cannot be taken back
        await workflow_client.reach(engine)
    limits = policy.limits.of_sms(requester, number, origin, proved=proved)

    def write(session: Session) -> UUID | None:
        return send_requests.start(
            session, request, policy.rules, limits, actor=actor, proved=proved
        )

    if not proved:
        await watch_conversion(engine, policy.watch, number)
    superseded = await engine.write(write)
    if superseded is not None:
        await workflow_client.close(engine, superseded)
    try:
        await workflow_client.start(engine, request.id, policy.rules.life)
    except TemporalUnavailable:
        if await _take_back(engine, request.id, limits):
            raise
    await workflow_client.wait_for(engine, request.id, "wait_until_sent", 1)
    return await read_verification(engine, request.id, request.requester)


async def resend_code(
    engine: Engine,
    policy: NumberPolicy,
    verification_id: UUID,
    requester: Requester,
    *,
    origin: SendOrigin,
) -> bool:
    """Send one more code. False: the requester has no such verification, or it has ended.

    Raises LimitReached, Refused ``number_not_allowed`` where the settings allow the number no
    longer, or TemporalUnavailable after taking the request back: then nothing has changed.
    """
    counted = await engine.write(
        lambda session: _count_resend(session, policy, verification_id, requester, origin)
    )
    if counted is None:
        return False
    send, limits = counted
    life = policy.rules.life
    try:
        await workflow_client.signal_or_start(engine, verification_id, life, "resend", send)
    except TemporalUnavailable:
        if await _take_back(engine, verification_id, limits):
            raise
    await workflow_client.wait_for(engine, verification_id, "wait_until_sent", send)
    return True


def _count_resend(
    session: Session,
    policy: NumberPolicy,
    verification_id: UUID,
    requester: Requester,
    origin: SendOrigin,
) -> tuple[int, Sequence[Use]] | None:
    """Count one more SMS; returns its number and the limits it counts in. None: it may not be."""
    verification = verification_rows.lock(session, verification_id)
    if verification is None or verification.requester != requester or not verification.is_open:
        return None
    try:
        number = policy.parse(verification.number)
    except NumberRefused as error:
        raise Refused("number_not_allowed", str(error)) from None
    proved = verification_queries.has_proved(session.connection(), requester, number.e164)
    limits = policy.limits.of_sms(requester, number, origin, proved=proved)
    return send_requests.resend(session, verification, policy.rules, limits), limits


async def _take_back(engine: Engine, verification_id: UUID, limits: Sequence[Use]) -> bool:
    """Take a request back. False: Temporal took it, answered too late, and the SMS is under way."""
    return await engine.write(
        lambda session: send_requests.take_back(session, verification_id, limits)
    )


async def check_code(
    engine: Engine,
    policy: NumberPolicy,
    verification_id: UUID,
    requester: Requester,
    code: str,
    *,
    actor: Actor,
) -> CodeCheck:
    """Check a code. ACCEPTED: what follows from it has followed, or is being carried out.

    Raises TemporalUnavailable: the same code may be sent again.
    """
    digest = policy.digest(verification_id, code)

    def write(session: Session) -> CodeCheck:
        rules = policy.rules
        return codes.check(session, verification_id, requester, digest, rules, actor=actor)

    result = await engine.write(write)
    if result is CodeCheck.LAST_WRONG:
        await workflow_client.close(engine, verification_id)
    if result is CodeCheck.ACCEPTED:
        await _conclude(engine, policy, verification_id)
    return result


async def _conclude(engine: Engine, policy: NumberPolicy, verification_id: UUID) -> None:
    life = policy.rules.life
    try:
        await workflow_client.signal_or_start(engine, verification_id, life, "conclude")
    except TemporalUnavailable:
        raise TemporalUnavailable(retry_after=1) from None
    await workflow_client.wait_for(engine, verification_id, "wait_until_ended")


async def count_code_check(engine: Engine, policy: NumberPolicy, requester: Requester) -> None:
    """Count one check of a code by a program. Raises LimitReached."""
    limits = policy.limits.of_check(requester)
    await engine.write(lambda session: rate_limits.take(session, limits))


async def count_lookup(engine: Engine, policy: NumberPolicy, client: str) -> None:
    """Count one question of a program whether a number is a customer's. Raises LimitReached.

    Before it is answered, whatever the answer: or the limit itself would be one.
    """
    limits = policy.limits.of_lookup(client)
    await engine.write(lambda session: rate_limits.take(session, limits))


async def cancel_verification(
    engine: Engine, verification_id: UUID, requester: Requester, *, actor: Actor
) -> None:
    """Cancel a verification. One that has ended stays as it is. Raises NotFound."""

    def write(session: Session) -> bool:
        verification = verification_rows.lock(session, verification_id)
        if verification is None or verification.requester != requester:
            raise NotFound
        state, reason = VerificationState.CANCELLED, CANCELLED_BY_PERSON
        return verifications.end(session, verification_id, state, reason, actor=actor) is not None

    if await engine.write(write):
        await workflow_client.close(engine, verification_id)


async def verify_by_login(
    engine: Engine, verification_id: UUID, person_id: UUID, number: PhoneNumber, *, actor: Actor
) -> VerificationView:
    """Verify a number by the person's login with Mobiil-ID, which named it. Repeatable."""

    def write(session: Session) -> None:
        codes.verify_by_login(session, verification_id, person_id, number, actor=actor)

    await engine.write(write)
    return await read_verification(engine, verification_id, Requester(person_id))


async def read_verification(
    engine: Engine, verification_id: UUID, requester: Requester
) -> VerificationView:
    """Read a verification of this requester as it stands now. Raises NotFound."""
    view = await engine.read(lambda c: verification_queries.one(c, verification_id))
    if view is None or view.requester != requester:
        raise NotFound
    return view
