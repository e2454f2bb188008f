"""Codec endpoint of the Temporal UI: decrypts payloads for operators, on the internal port only.

Temporal stores ciphertext only; an operator's browser has it decrypted here.
"""

import json
from collections.abc import Awaitable, Callable, Sequence

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import PayloadCodec

from api.auth.errors import KeysUnavailable, Unauthenticated
from api.auth.principals import StaffCaller, StaffRole
from api.auth.tokens import TokenVerifier
from runtime.payload_codec import PayloadUnreadable

Coding = Callable[[Sequence[Payload]], Awaitable[list[Payload]]]


def codec_route(
    cipher: PayloadCodec, verifier: TokenVerifier | None, origins: Sequence[str]
) -> BaseRoute:
    """``/codec/encode`` and ``/codec/decode``. No verifier: open to all who reach the port."""

    def coding(code: Coding) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            refused = await _refusal(verifier, request)
            return refused or await _coded(code, request)

        return answer

    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["POST"],
        allow_headers=["Authorization", "Content-Type", "X-Namespace"],
    )
    routes = [
        Route("/encode", coding(cipher.encode), methods=["POST"]),
        Route("/decode", coding(cipher.decode), methods=["POST"]),
    ]
    return Mount("/codec", Starlette(routes=routes, middleware=[cors]))


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


async def _coded(code: Coding, request: Request) -> Response:
    try:
        asked = ParseDict(json.loads(await request.body()), Payloads())
        coded = await code(asked.payloads)
    except (ValueError, ParseError, PayloadUnreadable):
        return JSONResponse({}, 400)
    return JSONResponse(MessageToDict(Payloads(payloads=coded)))
