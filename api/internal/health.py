"""Liveness and readiness, for load balancers. Open to all, so the answers say little."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.http import problems
from api.http.schemas import ResponseModel
from api.parts import parts_of

router = APIRouter(tags=["health"])


_OPEN: dict[str, Any] = {"security": []}
_ALWAYS = problems.documented("header_too_large", "request_timeout")


class Liveness(ResponseModel):
    """The process runs."""

    alive: bool = Field(description="True: else there is no answer.")


class Readiness(ResponseModel):
    """State of the process, and of each thing that it needs."""

    ready: bool = Field(description="Whether requests can be answered.")
    checks: dict[str, str] = Field(description="`ok`, or what is wrong, by name.")


@router.get("/livez", operation_id="isAlive", openapi_extra=_OPEN, responses=_ALWAYS)
async def livez() -> Liveness:
    """Report that this process runs, whatever it depends on. **Who may call:** anyone."""
    return Liveness(alive=True)


@router.get(
    "/readyz",
    operation_id="isReady",
    response_model=Readiness,
    openapi_extra=_OPEN,
    responses=_ALWAYS
    | {503: {"model": Readiness, "description": "Not ready: `checks` says what is wrong."}},
)
async def readyz(request: Request) -> Response:
    """Report whether the database answers and has this release's schema. **Who may call:** anyone.

    Temporal is checked as well, but its absence does not make the API unready: without it
    everything can be read, and nothing started.
    """
    return await parts_of(request).readiness.answer()
