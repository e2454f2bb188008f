"""The billing system's HTTP application, with ``/_control``."""

from collections import Counter

from fastapi import FastAPI
from pydantic import SecretStr

from simulators.bearer import Bearer
from simulators.billing import control
from simulators.billing.bookings import Bookings
from simulators.billing.books import Books
from simulators.billing.desk import BOOKINGS_PATH, FAULTS, SUBJECTS, Desk, desk_routes
from simulators.faults import Faults, faults_control
from simulators.traffic import Counted

BILLING_PATH = BOOKINGS_PATH.removesuffix("/bookings")


def create_app(*, token: SecretStr) -> FastAPI:
    """Create the simulator, which accepts this bearer token only."""
    books, counts = Books(), Counter[str]()
    bookings, faults = Bookings(books), Faults(FAULTS, SUBJECTS)
    app = FastAPI(
        title="Billing simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
    )
    app.add_middleware(Counted, paths={BOOKINGS_PATH: "bookings"}, counts=counts)
    app.include_router(desk_routes(Desk(Bearer(token), bookings, faults)))

    @app.get("/livez", tags=["health"])
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    for router in (
        control.books_control(books, bookings),
        control.bookings_control(books, bookings),
        control.requests_control(counts),
        faults_control(faults, lambda: bookings.release(faults.on)),
    ):
        app.include_router(router, prefix="/_control")
    return app
