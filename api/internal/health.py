"""Liveness and readiness, for load balancers. Open to all, and reveals little."""

from fastapi import APIRouter, Request, Response

from api.parts import parts_of

router = APIRouter(tags=["health"])


@router.get("/livez", operation_id="isAlive")
async def livez() -> dict[str, bool]:
    """Return 200 while this process runs, whatever it depends on. **Who may call:** anyone."""
    return {"alive": True}


@router.get(
    "/readyz",
    operation_id="isReady",
    responses={503: {"description": "Not ready: `checks` names what is missing."}},
)
async def readyz(request: Request) -> Response:
    """Return 200 while the database answers with this version's schema. **Who may call:** anyone.

    Also reports whether Temporal answers: without it, reads go on and nothing starts.
    """
    return await parts_of(request).readiness.answer()
