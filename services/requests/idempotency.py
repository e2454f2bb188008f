"""Idempotency-Keys: claim one for a request, keep the answer, or release the key."""

from uuid import UUID

from services.engine import Engine
from storage.requests import idempotency_keys
from storage.requests.idempotency_keys import Claim, Kept


async def claim(
    engine: Engine, caller: str, key: str, fingerprint: str, person_id: UUID | None
) -> Claim | Kept:
    """Claim the key for a request, or return what was found under it.

    ``person_id``: the person for whom the caller acts.
    A caller that gets ``Claim.OURS`` must ``keep`` an answer or ``release`` the key.
    """
    return await engine.write(
        lambda session: idempotency_keys.claim(
            session, caller, key, fingerprint, person_id=person_id
        )
    )


async def keep(engine: Engine, caller: str, key: str, answer: Kept) -> None:
    """Keep the answer for every repetition of the request."""
    await engine.write(lambda session: idempotency_keys.keep(session, caller, key, answer))


async def release(engine: Engine, caller: str, key: str) -> None:
    """Free the key of a request that got no answer: a repetition is carried out."""
    await engine.write(lambda session: idempotency_keys.release(session, caller, key))
