"""The API put together from ready parts, and its description, which needs none of them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from prometheus_client import CollectorRegistry
from pydantic.json_schema import models_json_schema
from temporalio.client import Client

from activities.adapters.messente import SIGNATURE
from api.access import account_access, check, explain
from api.accounts import accounts, me, people, services
from api.audit import events
from api.auth.tokens import TokenVerifier
from api.camara import app as camara_app
from api.http import problems
from api.http.body_limit import BodyLimit
from api.http.problems import KINDS, ProblemDetails
from api.http.request_metrics import Meters, Observation
from api.internal import health
from api.numbers import delivery_reports, my_number, my_numbers
from api.ops import bulk_retries, decisions, repairs, stuck, targets
from api.provisioning import resend
from api.registry import sync_run_actions, sync_runs
from api.requests import operations
from runtime.health_server import Readiness
from services.numbers.policy import NumberPolicy
from services.numbers.verification import NumberProcess
from services.ops.workflow_repair import Fixing
from services.temporal import StartWorkflow
from storage.database import Database

# Routes are tried in this order: what is asked most comes first.
ROUTERS = (
    check.router,
    me.router,
    my_numbers.router,
    my_number.router,
    operations.router,
    people.router,
    account_access.router,
    accounts.router,
    services.router,
    resend.router,
    events.router,
    explain.router,
    sync_runs.router,
    sync_run_actions.router,
    bulk_retries.router,
    stuck.router,
    decisions.router,
    repairs.router,
    targets.router,
    delivery_reports.router,
    health.router,
)
MAX_BODY = 64 * 1024
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    *,
    database: Database,
    temporal: Client,
    task_queue: str,
    verifier: TokenVerifier,
    readiness: Readiness,
    numbers: NumberPolicy,
    registry: CollectorRegistry | None = None,
) -> FastAPI:
    """The API over these parts, which stay their owner's to close.

    ``temporal`` may be one that connects on first use: only what starts something needs it.
    """
    app = _described()
    meters = Meters(registry or CollectorRegistry())
    app.add_middleware(BodyLimit, most=MAX_BODY)
    app.add_middleware(Observation, meters=meters)
    app.state.database = database
    app.state.temporal = temporal
    app.state.starter = StartWorkflow(temporal, task_queue)
    app.state.fixing = Fixing(database, temporal, task_queue)
    app.state.numbers = NumberProcess(database, temporal, task_queue, numbers)
    app.state.verifier = verifier
    app.state.readiness = readiness
    app.state.meters = meters
    app.mount(camara_app.PATH, camara_app.create_app(app.state))
    return app


def openapi_document() -> dict[str, Any]:
    """The API's description, OpenAPI 3.1. Needs nothing that runs."""
    return _described().openapi()


def _described() -> FastAPI:
    app = FastAPI(
        title="Volitus",
        version="1",
        description=_DESCRIPTION,
        redirect_slashes=False,
        redoc_url=None,
        # What fails validation, and what exceptions say, is nobody else's business.
        telemetry={"operation_spans": False, "logs": False},
    )
    for router in ROUTERS:
        # Not include_router: it would match every path twice.
        app.router.routes.extend(router.routes)
    problems.handle(app)

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign] # FastAPI's documented way
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    template = "#/components/schemas/{model}"
    _, defined = models_json_schema(
        [(ProblemDetails, "serialization"), (check.AccessCheckRequest, "validation")],
        ref_template=template,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= defined["$defs"]
    document["components"]["securitySchemes"] = {
        name: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": text}
        for name, text in _CALLERS.items()
    } | {"gateway": _GATEWAY}
    return document


_GATEWAY = {
    "type": "apiKey",
    "in": "header",
    "name": SIGNATURE,
    "description": "HMAC-SHA256 of the body under the gateway's password, in hexadecimal.",
}
_CALLERS = {
    "person": "Access token of a person who logged in.",
    "client": "Access token of a program; the words listed with a route are its scopes.",
    "staff": "Access token of the operator's people; the words listed with a route are roles.",
}

_CODES = "\n".join(f"| `{code}` | {status} | {title} |" for code, (status, title) in KINDS.items())
_DESCRIPTION = f"""\
Who may act for whom at a telecom operator, and why.

Every request carries a bearer access token (RFC 9068). What a caller may not see is answered like
what does not exist. Lists come in pages: `next`, and a `Link` to it, lead on. What takes time is
answered with `202` and can be followed at `Location`; `Idempotency-Key` on what starts something
makes a repetition safe. Enumerations may grow.

Refusals are problem details (RFC 9457) with one of these codes:

| code | status | title |
| --- | --- | --- |
{_CODES}
"""
