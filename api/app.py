"""Assembly of the API from its parts; its OpenAPI document needs none of them."""

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Scope

from api.auth.client_limits import CallerLimits, ClientLimits, LeaveLimits
from api.auth.freshness import Fresh
from api.auth.tokens import TokenVerifier
from api.camara import app as camara_app
from api.document import about
from api.document.document import document
from api.http import error_handlers, problems
from api.http.request_metrics import ObserveRequests, RequestMetrics
from api.http.trace_requests import NO_TELEMETRY, TraceRequests
from api.http.translate_answers import TranslateAnswers
from api.parts import Parts
from api.routers import ROUTERS
from api.tmf641 import app as tmf641_app
from domain.access_requests.request_rules import RequestRules
from domain.approvals import rules as approval_rules
from domain.approvals.rules import ApprovalRules
from domain.delegations.departures import STANDARD, DepartureRules
from domain.delegations.offer_rules import OfferRules
from domain.registry.refresh_limits import RefreshLimits
from domain.signatures.methods import PHONE_METHODS, SignatureMethod
from runtime import tracing
from runtime.body_limit import BodyLimit
from runtime.health_server import Readiness
from runtime.secret_cipher import SecretCipher
from services.access.uses import AccessUses
from services.billing.connecting import without_billing
from services.billing.reader import BillingReader
from services.engine import Engine
from services.numbers.policy import NumberPolicy
from services.payments.paying import Paying

MAX_BODY = 64 * 1024


def create_app(
    *,
    engine: Engine,
    verifier: TokenVerifier,
    readiness: Readiness,
    numbers: NumberPolicy,
    refreshes: RefreshLimits,
    offers: OfferRules,
    access_requests: RequestRules,
    departures: DepartureRules = STANDARD,
    approvals: ApprovalRules = approval_rules.STANDARD,
    signing_methods: frozenset[SignatureMethod] = PHONE_METHODS,
    fresh_for: timedelta = approval_rules.FRESH_FOR,
    staff_key: bytes,
    secrets: SecretCipher,
    limits: CallerLimits,
    uses: AccessUses,
    billing: BillingReader | None = None,
    paying: Paying | None = None,
    registry: CollectorRegistry | None = None,
) -> FastAPI:
    """Assemble the API from these parts, which stay their owner's to close.

    Without ``billing`` nothing is known of invoices, usage and limits; without ``paying`` nobody
    pays at a bank.
    """
    app = _described()
    meters = RequestMetrics(registry or CollectorRegistry())
    app.add_middleware(LeaveLimits)
    app.add_middleware(BodyLimit, most=_most_body, refusal=_refusal)
    app.add_middleware(ObserveRequests, meters=meters)
    app.add_middleware(TranslateAnswers, leave=_is_of_a_standard)
    if tracing.is_on():
        app.add_middleware(TraceRequests)
    counted = ClientLimits(limits, meters.limited)
    offered = (numbers, refreshes, offers, access_requests, departures)
    rules = (*offered, approvals, signing_methods)
    fresh = Fresh(fresh_for, verifier.now)
    reader = billing or without_billing(engine.database, offers.zone)
    others = (meters, staff_key, secrets, counted, uses, reader, paying or Paying())
    app.state.parts = Parts(engine, verifier, readiness, *rules, fresh, *others)
    for standard in (camara_app, tmf641_app):
        mounted = Mount(standard.PATH, standard.create_app(app.state))
        # Also a path with a line break in it is answered in the standard's form.
        mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)
        bare = Route(standard.PATH, mounted.app, include_in_schema=False)
        app.router.routes.extend((mounted, bare))
    return app


def _is_of_a_standard(path: str) -> bool:
    """Return whether the texts below this path are a standard's."""
    return camara_app.is_below(path) or tmf641_app.is_below(path)


def _most_body(path: str) -> int:
    return tmf641_app.MAX_BODY if tmf641_app.is_below(path) else MAX_BODY


def _refusal(scope: Scope, status: HTTPStatus) -> ASGIApp:
    for standard in (camara_app, tmf641_app):
        if standard.is_below(scope["path"]):
            refused: ASGIApp = standard.refusal(status)
            return refused
    return problems.answer(scope, error_handlers.of_status(status))


def openapi_document() -> dict[str, Any]:
    """The API's description, OpenAPI 3.1. Needs no running server."""
    return _described().openapi()


def _described() -> FastAPI:
    app = FastAPI(
        title=about.TITLE,
        version=about.VERSION,
        redirect_slashes=False,
        redoc_url=None,
        # It would send paths, queries and messages of exceptions: see TraceRequests.
        telemetry=NO_TELEMETRY,
    )
    for router in ROUTERS:
        # Not include_router: it would match every path twice.
        app.router.routes.extend(router.routes)
    error_handlers.handle(app)

    def documented() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app.routes)
        return app.openapi_schema

    app.openapi = documented  # type: ignore[method-assign] # FastAPI's documented way
    return app
