"""The billing system's HTTP application, with ``/_control``."""

from collections import Counter

from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from simulators.bearer import Bearer
from simulators.billing import control, desk, ledger_control
from simulators.billing.bookings import Bookings
from simulators.billing.books import Books
from simulators.billing.clock import Clock
from simulators.billing.doorway import READ_FAULTS, Doorway
from simulators.billing.invoice_desk import InvoiceDesk, invoice_routes
from simulators.billing.invoices.invoices import Invoices
from simulators.billing.invoices.payments import Payments
from simulators.billing.ledgers import Ledgers
from simulators.billing.limits import Limits
from simulators.billing.payment_desk import PaymentDesk, payment_routes
from simulators.billing.usage_desk import UsageDesk, usage_routes
from simulators.faults import TRANSPORT, Faults, faults_control
from simulators.traffic import Counted

BILLING_PATH = desk.BOOKINGS_PATH.removesuffix("/bookings")
_READS = ("invoices", "lines", "document", "balance", "credit_limit", "usage_summary", "costs")
FAULTS = {
    **desk.FAULTS,
    **dict.fromkeys(_READS, READ_FAULTS),
    "usage": READ_FAULTS,
    "payment": TRANSPORT | {"refuse"},
    "refund": TRANSPORT | {"refuse"},
    "payment_question": READ_FAULTS,
}
SUBJECTS = {
    **desk.SUBJECTS,
    **dict.fromkeys(("invoices", "lines", "document"), "an account or an invoice"),
    **dict.fromkeys(("balance", "credit_limit", "costs"), "an account"),
    "usage_summary": "an account or a service",
    "usage": "an account, a service, `first` or `later` page",
    **dict.fromkeys(("payment", "refund", "payment_question"), "a correlatorId"),
}
_COUNTED = {
    "bookings": "bookings",
    "customerBill": "invoices",
    "appliedCustomerBillingRate": "lines",
    "billingAccount": "accounts",
    "usage": "usage",
    "usageSummary": "usage_summary",
    "costSummary": "costs",
    "payment": "payments",
    "refund": "refunds",
}


def create_app(*, token: SecretStr) -> FastAPI:
    """Create the simulator, which accepts this bearer token only."""
    counts, faults, parts = Counter[str](), Faults(FAULTS, SUBJECTS), _Parts()
    app = FastAPI(
        title="Billing simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
    )
    paths = {f"{BILLING_PATH}/{path}": kind for path, kind in _COUNTED.items()}
    app.add_middleware(Counted, paths=paths, counts=counts)
    client = Bearer(token)
    app.include_router(desk.desk_routes(desk.Desk(client, parts.bookings, faults)))
    doorway = Doorway(client, faults, parts.ledgers, parts.books, parts.clock)
    for router in parts.reads(doorway):
        app.include_router(router, prefix=BILLING_PATH)

    @app.get("/livez", tags=["health"])
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    for router in (
        *parts.controls(),
        control.requests_control(counts),
        faults_control(faults, lambda: parts.bookings.release(faults.on)),
    ):
        app.include_router(router, prefix="/_control")
    return app


class _Parts:
    """What one billing system is made of."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.books = Books()
        self.bookings = Bookings(self.books, self.clock)
        self.ledgers = Ledgers()
        self.invoices = Invoices(self.ledgers, self.books)
        self.payments = Payments(self.invoices)

    def reads(self, doorway: Doorway) -> list[APIRouter]:
        return [
            invoice_routes(InvoiceDesk(doorway, self.books, self.invoices, self.payments)),
            usage_routes(UsageDesk(doorway, Limits(self.ledgers, self.books))),
            payment_routes(PaymentDesk(doorway, self.payments)),
        ]

    def controls(self) -> list[APIRouter]:
        return [
            control.books_control(self.books, self.bookings, self.clock),
            control.bookings_control(self.books, self.bookings),
            ledger_control.ledgers_control(self.ledgers, self.invoices, self.payments, self.clock),
            ledger_control.clock_control(self.clock),
        ]
