"""Codec endpoint of the Temporal UI: decrypts payloads for operators, on the internal port only.

Temporal stores ciphertext only; an operator's browser has it decrypted here. Nothing is encrypted
here: what a UI sent into a workflow would pass by the use cases, which authorise and record.
"""

import json
from collections.abc import Sequence

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from temporalio.api.common.v1 import Payloads
from temporalio.converter import PayloadCodec

from api.auth.errors import KeysUnavailable, Unauthenticated
from api.auth.principals import StaffCaller, StaffRole
from api.auth.tokens import TokenVerifier
from runtime.body_limit import BodyLimit
from runtime.payload_refusals import PayloadUnreadable, is_refused

_MOST = 8 * 2**20
"""Bytes of a request. Temporal keeps at most 2 MiB of payloads for an event, here in base64."""


def codec_route(
    cipher: PayloadCodec, verifier: TokenVerifier | None, origins: Sequence[str]
) -> BaseRoute:
    """``/codec/decode``. No verifier: open to all who reach the port."""

    async def decode(request: Request) -> Response:
        refused = await _refusal(verifier, request)
        return refused or await _decoded(cipher, request)

    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["POST"],
        allow_headers=["Authorization", "Content-Type", "X-Namespace"],
    )
    routes = [Route("/decode", decode, methods=["POST"])]
    limit = Middleware(
        BodyLimit, most=lambda _: _MOST, refusal=lambda _, status: Response(status_code=status)
    )
    return Mount("/codec", Starlette(routes=routes, middleware=[cors, limit]))


async def _refusal(verifier: TokenVerifier | None, request: Request) -> Response | None:
    if verifier is None:
        return None
    try:
        caller = await verifier.authenticate(request.headers.get("authorization"))
    except Unauthenticated as error:
        return JSONResponse({}, 401, {"WWW-Authenticate": error.challenge})
    except KeysUnavailable:
        return JSONResponse({}, 503)
    allowed = isinstance(caller, StaffCaller) and StaffRole.OPS in caller.roles
    return None if allowed else JSONResponse({}, 403)


async def _decoded(cipher: PayloadCodec, request: Request) -> Response:
    try:
        stored = ParseDict(json.loads(await request.body()), Payloads()).payloads
        decoded = await cipher.decode(stored)
    except (ValueError, RecursionError, ParseError, PayloadUnreadable):
        return JSONResponse({}, 400)
    # The UI shows what stands there, also what no worker would believe.
    shown = [kept if is_refused(read) else read for kept, read in zip(stored, decoded, strict=True)]
    return JSONResponse(MessageToDict(Payloads(payloads=shown)))
