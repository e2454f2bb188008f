"""Assembly of the API from its parts, and its OpenAPI description, which needs none of them."""

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from prometheus_client import CollectorRegistry
from pydantic.json_schema import models_json_schema
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Scope

from activities.adapters.messente import SIGNATURE
from api.access import account_access, account_people, check, explain
from api.access.schemas import AccessCheckRequest
from api.access_requests import access_requests as requests
from api.access_requests import account_access_requests, my_access_requests
from api.accounts import (
    accounts,
    customer_size,
    me,
    my_history,
    my_waiting,
    people,
    port_outs,
    reads,
    service_details,
    service_search,
    services,
)
from api.approvals import approvals as approvals_of_groups
from api.approvals import keeping, my_confirmations
from api.audit import event, events, verification
from api.audit import export as event_export
from api.audit import search as event_search
from api.audit import staff as acting_staff
from api.auth.client_limits import CallerLimits, ClientLimits, LeaveLimits
from api.auth.freshness import Fresh
from api.auth.tokens import TokenVerifier
from api.billing import balance as billing_balance
from api.billing import costs as billing_costs
from api.billing import credit_limit as billing_credit_limit
from api.billing import invoices as billing_invoices
from api.billing import usage as billing_usage
from api.camara import app as camara_app
from api.catalogue import account_catalogue, contract_products
from api.contracts import account_contracts, contracts, my_contracts, put_contract, sign
from api.contracts import documents as contract_documents
from api.contracts import end_facts as contract_end_facts
from api.contracts import ends as contract_ends
from api.contracts import suspensions as contract_suspensions
from api.delegations import (
    account_delegations,
    delegations,
    import_delegation,
    my_delegations,
    new_terms,
)
from api.extracts import account_extracts, extracts
from api.http import error_handlers, problems
from api.http.problem_kinds import KINDS
from api.http.problems import ProblemDetails
from api.http.request_metrics import ObserveRequests, RequestMetrics
from api.http.trace_requests import NO_TELEMETRY, TraceRequests
from api.http.translate_answers import TranslateAnswers
from api.internal import health
from api.inventory import activation_code, drift, drift_checks
from api.mandates import mandates
from api.mandates import services as mandate_services
from api.messages import contact, my_notices
from api.numbers import delivery_reports, my_number, my_numbers
from api.ops import (
    bulk_retries,
    contract_proposals,
    decisions,
    freezes,
    number_blocks,
    repairs,
    searches,
    stuck,
    targets,
)
from api.ops import contract_ends as ops_contract_ends
from api.ops import contract_suspensions as ops_suspensions
from api.ops import me as staff_me
from api.ops import orders as ops_orders
from api.orders import account_orders, number_requests, orders
from api.orders import check as order_check
from api.parts import Parts
from api.payments import bank_returns, payments
from api.payments import staff as staff_payments
from api.people import data as people_data
from api.provisioning import resend
from api.registry import (
    held_logins,
    rejected_records,
    sync_previews,
    sync_run_actions,
    sync_runs,
)
from api.requests import operations
from api.reviews import review
from api.signing_rules import readings as signing_rule_readings
from api.signing_rules import signing_rules
from api.texts import catalogues
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

# Routes are tried in this order: the busiest comes first.
ROUTERS = (
    check.router,
    me.router,
    my_history.router,
    my_waiting.router,
    my_numbers.router,
    my_number.router,
    my_notices.router,
    contact.router,
    operations.router,
    people.router,
    account_access.router,
    account_people.router,
    reads.router,
    service_search.router,
    service_details.router,
    account_catalogue.router,
    contract_products.router,
    accounts.router,
    customer_size.router,
    account_delegations.router,
    delegations.router,
    import_delegation.router,
    new_terms.router,
    my_delegations.router,
    approvals_of_groups.router,
    my_confirmations.router,
    keeping.router,
    account_contracts.router,
    my_contracts.router,
    account_orders.router,
    order_check.router,
    number_requests.router,
    billing_invoices.router,
    billing_balance.router,
    billing_credit_limit.router,
    billing_usage.router,
    billing_costs.router,
    contracts.router,
    sign.router,
    put_contract.router,
    contract_documents.router,
    contract_ends.router,
    contract_end_facts.router,
    contract_suspensions.router,
    ops_contract_ends.router,
    ops_suspensions.router,
    contract_proposals.router,
    orders.router,
    account_extracts.router,
    extracts.router,
    review.router,
    requests.router,
    my_access_requests.router,
    account_access_requests.router,
    services.router,
    port_outs.router,
    resend.router,
    activation_code.router,
    events.router,
    event.router,
    explain.router,
    event_search.router,
    event_export.router,
    verification.router,
    searches.router,
    staff_me.router,
    acting_staff.router,
    sync_runs.router,
    sync_run_actions.router,
    sync_previews.router,
    held_logins.router,
    rejected_records.router,
    bulk_retries.router,
    stuck.router,
    decisions.router,
    repairs.router,
    targets.router,
    number_blocks.router,
    drift_checks.router,
    drift.router,
    freezes.router,
    ops_orders.router,
    mandates.router,
    mandate_services.router,
    signing_rules.router,
    signing_rule_readings.router,
    people_data.router,
    catalogues.router,
    delivery_reports.router,
    payments.router,
    bank_returns.router,
    staff_payments.router,
    health.router,
)
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
        title="Volitus",
        version="1",
        description=_DESCRIPTION,
        redirect_slashes=False,
        redoc_url=None,
        # It would send paths, queries and messages of exceptions: see TraceRequests.
        telemetry=NO_TELEMETRY,
    )
    for router in ROUTERS:
        # Not include_router: it would match every path twice.
        app.router.routes.extend(router.routes)
    error_handlers.handle(app)

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
        [(ProblemDetails, "serialization"), (AccessCheckRequest, "validation")],
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
    "client": "Access token of a program; a route lists the scopes it accepts.",
    "staff": "Access token of the operator's staff; a route lists the roles it accepts.",
}

_CODES = "\n".join(f"| `{code}` | {status} | {title} |" for code, (status, title) in KINDS.items())
_DESCRIPTION = f"""\
Who may act for whom at a telecom operator, and why.

Every request carries a bearer access token (RFC 9068). A resource that the caller may not see is
answered like one that does not exist. Lists are paginated: follow `next`, or the `Link` header.
Long-running operations are answered with `202`; follow them at `Location`. An `Idempotency-Key` on
a request that starts something makes repeating it safe. Enumerations may grow.

What people propose and confirm needs a fresh login of level `high`; otherwise the answer is `401`
`step_up_needed` with the challenge of RFC 9470. Log in again and repeat the request.

`Accept-Language` (`et`, `ru` or `en`; default English) chooses the language of the titles of
problems, of the texts of reasons and of sentences; `Content-Language` says where texts were
translated. Programs use codes, never texts.

Errors are problem details (RFC 9457) with one of these codes:

| code | status | title |
| --- | --- | --- |
{_CODES}
"""
