"""Assembly of the pages from their parts."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.body_limit import BodyLimit, ClientGone
from runtime.texts import Language
from settings.web import Audience
from web import error_pages
from web.api_client import ApiProblem, ApiUnavailable
from web.console import (
    account,
    account_invoices,
    bank_entries,
    deciding,
    drift,
    drift_checks,
    explanation,
    freezes,
    held_logins,
    mandate_entering,
    mandates,
    number_blocks,
    overview,
    person,
    rejected,
    retrying_many,
    stuck,
    support,
    sync_preview,
    sync_runs,
    targets,
)
from web.console import payments as console_payments
from web.console.audit import event as audited_event
from web.console.audit import export as audit_export
from web.console.audit import search as audit
from web.console.audit import verification as audit_verification
from web.http.cross_site import RefuseCrossSite
from web.http.security_headers import SecurityHeaders
from web.login import setup as login
from web.login.routes import logout_path
from web.login_page import login_page
from web.parts import Parts
from web.selfservice import (
    account_overview,
    account_requests,
    activation_code,
    changing,
    confirmations,
    contract_agreeing,
    contract_ending,
    contract_starting,
    contract_suspending,
    contracts,
    costs,
    credit_limit,
    ending,
    extracts,
    giving,
    history,
    invoices,
    mobiil_id,
    new_extract,
    notices,
    number_requests,
    numbers,
    offered,
    offers,
    ordering,
    orders,
    own_contracts,
    paying,
    payments,
    people,
    requests,
    review,
    service_suspending,
    services,
    sessions,
    start,
    usage,
)

SELFSERVICE = (
    start.router,
    people.router,
    giving.router,
    changing.router,
    ending.router,
    offered.router,
    review.router,
    confirmations.router,
    notices.router,
    history.router,
    sessions.router,
    own_contracts.router,
    offers.router,
    numbers.router,
    requests.router,
    account_overview.router,
    account_requests.router,
    services.router,
    service_suspending.router,
    mobiil_id.router,
    activation_code.router,
    number_requests.router,
    ordering.router,
    orders.router,
    contract_starting.router,  # "new" is no contract's id
    contracts.router,
    contract_ending.router,
    contract_suspending.router,
    contract_agreeing.router,  # after the others: its paths end in any of its acts
    invoices.router,
    paying.router,
    payments.router,
    usage.router,
    costs.router,
    credit_limit.router,
    new_extract.router,  # "new" is no extract's id
    extracts.router,
)
FOR_STAFF = (
    overview.router,
    stuck.router,
    deciding.router,
    retrying_many.router,
    targets.router,
    rejected.router,
    held_logins.router,
    sync_preview.router,
    sync_runs.router,  # after those whose paths end in what is none of its acts
    support.router,
    person.router,
    account.router,
    account_invoices.router,
    explanation.router,
    audit.router,
    audited_event.router,
    drift_checks.router,  # "checks" is no difference's id
    drift.router,
    freezes.router,
    number_blocks.router,
    audit_export.router,
    audit_verification.router,
    mandate_entering.router,  # "find" and "new" are no mandates' ids
    mandates.router,
    console_payments.router,
    bank_entries.router,
)
"""Routers of all pages, those for staff below ``/console``; the first route that fits answers."""
_LARGEST_FORM = 64 * 1024
_FOR_PROGRAMS = frozenset(logout_path(each) for each in Audience)
_HERE = Path(__file__).parent
TEMPLATES = {part: _HERE / part / "templates" for part in ("selfservice", "console")}
"""Folders of templates, by the prefix of their names."""


def _pages() -> APIRouter:
    """Return every page below its language."""
    pages = APIRouter()
    for router in (*SELFSERVICE, *FOR_STAFF):
        pages.include_router(router, prefix="/{language}")
    return pages


_PAGES = _pages()
"""Shared by all apps of a process: what a route needs is found out at its first request."""


def create_app(parts: Parts) -> ASGIApp:
    """Create the app: pages for customers, and those for staff below ``/LANGUAGE/console``.

    What every answer needs stands around it, so that answers to faults have it too.
    """
    app = _routes(parts)
    within = RefuseCrossSite(app, _page_of(app, HTTPStatus.FORBIDDEN), _FOR_PROGRAMS)
    limited = BodyLimit(within, lambda _: _LARGEST_FORM, lambda _, status: _page_of(app, status))
    return SecurityHeaders(limited, parts.form_targets)


def _routes(parts: Parts) -> FastAPI:
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.parts = parts
    app.routes.append(parts.files.route())
    for path in ("/", *(f"/{language}" for language in Language)):
        app.add_api_route(path, _to_first_page, methods=["GET"])
    app.add_api_route("/payments/{of}", _to_payment, methods=["GET"])
    app.routes.extend(_PAGES.routes)
    _handle(app)
    login.install(app, parts.gates, parts.settings.public_url, login_page)
    return app


async def _to_first_page(request: Request) -> Response:
    """Lead to the first page, in the language of the path or else the browser's."""
    return RedirectResponse(f"/{error_pages.language_of(request)}/", HTTPStatus.SEE_OTHER)


async def _to_payment(
    request: Request, of: UUID | Literal["unread"], language: Language | None = None
) -> Response:
    """Lead to a payment's page in the language in which it was begun: banks lead back without one.

    Where that is not known, in the browser's.
    """
    code = language or error_pages.language_of(request)
    return RedirectResponse(f"/{code}/payments/{of}", HTTPStatus.SEE_OTHER)


def _page_of(app: FastAPI, status: int) -> ASGIApp:
    """Return what answers with the page of this status, outside of the app's own routes."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        page = error_pages.error_page(Request({**scope, "app": app}), status)
        await page(scope, receive, send)

    return answer


def _handle(app: FastAPI) -> None:
    answers: dict[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
        ApiProblem: error_pages.on_problem,
        ApiUnavailable: error_pages.on_unavailable,
        HTTPException: error_pages.on_status,
        ClientGone: error_pages.on_gone,
        RequestValidationError: error_pages.on_unknown_path,
        Exception: error_pages.on_failure,
    }
    for kind, answer in answers.items():
        app.add_exception_handler(kind, answer)
