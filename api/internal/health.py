"""Is it alive, is it ready: for whoever sends traffic here. Open to all, and tells little."""

from fastapi import APIRouter, Request, Response

from api.parts import parts_of

router = APIRouter(tags=["health"])


@router.get("/livez", operation_id="isAlive")
async def livez() -> dict[str, bool]:
    """This process runs. Says nothing of what it depends on. **Who may call:** anyone."""
    return {"alive": True}


@router.get(
    "/readyz",
    operation_id="isReady",
    responses={503: {"description": "Not now: `checks` says what is missing."}},
)
async def readyz(request: Request) -> Response:
    """The database is there and has this version's schema. **Who may call:** anyone.

    Whether Temporal answers is told too; without it everything can be read and nothing started.
    """
    return await parts_of(request).readiness.answer()
