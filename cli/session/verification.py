"""Who a token belongs to: verified by the code that the API verifies it with."""

import asyncio
import io
import json
from contextlib import redirect_stdout
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from api.auth.errors import KeysUnavailable, Unauthenticated
from api.auth.principals import Caller, StaffCaller
from api.auth.tokens import TokenVerifier
from cli.console import Failure
from cli.session.trust import authorities
from settings.process_bases import TokenProcessSettings

BREAK_GLASS = '`volitus --break-glass "REASON" …` works without it (docs/runbook.md)'


def verified(settings: TokenProcessSettings, token: str) -> StaffCaller:
    """Return the member of staff of this access token. Raises Failure: it is not good here."""
    try:
        # What servers log about tokens is no output of a command: the failure says it all.
        with redirect_stdout(io.StringIO()):
            caller = asyncio.run(_caller(settings, token))
    except KeysUnavailable as error:
        raise Failure(
            f"The keys of {error.issuer} cannot be fetched, so the sign-in cannot be verified. "
            f"Try again; {BREAK_GLASS}."
        ) from None
    except Unauthenticated as error:
        raise Failure(
            f"The sign-in is not valid here ({error.code}): sign in with `volitus login`."
        ) from None
    if not isinstance(caller, StaffCaller):
        raise Failure("The token is no member of staff's: sign in with `volitus login`.")
    return caller


async def _caller(settings: TokenProcessSettings, token: str) -> Caller:
    async with httpx.AsyncClient(verify=authorities()) as http:
        verifier = TokenVerifier(settings.issuers, http)
        try:
            return await verifier.verify(token)
        finally:
            await verifier.aclose()


def expires_at(token: str) -> float:
    """When the token says that it expires, in seconds since 1970; unverified. 0: it does not."""
    try:
        return float(_claims(token).get("exp") or 0)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def issuer_of(token: str) -> str:
    """The issuer that the token names, unverified."""
    return str(_claims(token).get("iss", ""))


def _claims(token: str) -> dict[str, Any]:
    try:
        claims = json.loads(extract_compact(token.encode()).payload)
        return claims if isinstance(claims, dict) else {}
    except (JoseError, ValueError, TypeError, RecursionError):
        return {}
