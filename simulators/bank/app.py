"""The banks' HTTP application, with ``/_control``."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI
from pydantic import SecretStr

from simulators.bank.bank import Banks
from simulators.bank.control import money_control, payments_control
from simulators.bank.keys import Keys
from simulators.bank.routes import people_routes, statement_routes
from simulators.bearer import Bearer
from simulators.faults import faults_control


def create_app(*, keys: Keys, token: SecretStr, ways: Mapping[str, str] | None = None) -> FastAPI:
    """Create the simulator, which gives statements to who brings this bearer token only.

    ``ways``: origins of merchants as browsers reach them, and as the banks' servers do.
    """
    banks = Banks(keys, ways or {})

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with banks.sender.at_work():
            yield

    app = FastAPI(
        title="Bank simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
        lifespan=lifespan,
    )

    @app.get("/livez", tags=["health"])
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    for router in (payments_control(banks), money_control(banks), faults_control(banks.faults)):
        app.include_router(router, prefix="/_control")
    app.include_router(people_routes(banks))
    app.include_router(statement_routes(banks, Bearer(token)))
    return app
