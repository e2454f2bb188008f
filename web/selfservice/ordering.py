"""Order something for a service: a form of what the catalogue asks for, and what it costs.

What the form says is checked by the API before anything is placed: what it costs with these
values, who confirms it, and what is wrong with it. An order that breaks a rule is not placed.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount
from web.selfservice.parameters import field_of, filled, stated

router = APIRouter(prefix=f"{ACCOUNT}/services/{{service_id}}/order/{{product_id}}")
Action = Literal["add", "modify", "delete"]
_MENDED = {400, 403, 409, 422}
_GIVERS = 500
_MOBILE = "mobile"


@dataclass(frozen=True)
class _Offer:
    """What is ordered, for which service."""

    product: Json
    service: Json
    action: Action

    @property
    def offered(self) -> Json | None:
        """The action as the catalogue has it; None: it has not."""
        actions = self.product["actions"]
        return next((each for each in actions if each["action"] == self.action), None)

    def stated(self, visit: AccountVisit, form: Form) -> Json:
        """Return what the form states; what cannot be is an error of its field."""
        if self.action == "delete":
            return {}
        given = self.product["gives_number"]
        return stated(visit, form, self.product["parameters"], given)

    def shown(self, visit: AccountVisit) -> Form:
        """Return the form as it is at first: with what the service has."""
        has = {each["name"]: each["should_be"] for each in self.service["characteristics"]}
        return filled(visit, self.product["parameters"], has if self.action == "modify" else {})

    def order(self, parameters: Json) -> Json:
        """Return the order as the API takes it."""
        item: Json = {
            "action": self.action,
            "product": self.product["id"],
            "product_version": self.product["version"],
            "service_id": self.service["id"],
            "parameters": parameters,
        }
        return {"items": [item]}


@router.get("/{action}")
async def ask(visit: OfAccount, service_id: UUID, product_id: str, action: Action) -> Response:
    """Show what the order says and costs, before it is placed."""
    offer = await _offer(visit, service_id, product_id, action)
    kept = await visit.form()
    if kept.fields:
        return await _page(visit, offer, kept)
    form = offer.shown(visit)
    checked = None
    if offer.offered and offer.offered["orderable"]:
        checked = await _checked(visit, offer, form, offer.stated(visit, form))
        form.errors.clear()  # nobody has typed anything yet
    may_cost = checked if checked and not checked["is_rejected"] else None
    return await _page(visit, offer, form, checked=may_cost)


@router.post("/{action}")
async def order(visit: OfAccount, service_id: UUID, product_id: str, action: Action) -> Response:
    """Check the order, or place it, and lead to it: there it is confirmed, and followed."""
    form = await visit.sent()
    offer = await _offer(visit, service_id, product_id, action)
    parameters = offer.stated(visit, form)
    checked = None
    if not form.errors:
        checked = await _checked(visit, offer, form, parameters)
    if form["check"]:
        if visit.is_part:
            about: Json = {"product": offer.product, "checked": checked, "form": form}
            return visit.part("selfservice/order_form.html", "outcome", action=action, **about)
        status = 422 if form.errors else 200
        return await _page(visit, offer, form, status=status, checked=checked)
    if form.errors:
        return await _page(visit, offer, form, status=422)
    try:
        path = f"{visit.api_path}/orders"
        placed = await visit.api.post(path, offer.order(parameters), key=form.id)
    except ApiProblem as problem:
        return await _page(visit, offer, _refused(form, parameters, problem), status=422)
    if placed["state"] == "rejected":  # something has changed since it was checked
        return await _page(visit, offer, _rejected(form, placed), status=422)
    return visit.go(visit.of_account(f"/orders/{placed['id']}"))


async def _checked(visit: AccountVisit, offer: _Offer, form: Form, parameters: Json) -> Json | None:
    """Return what the API says of the order; what is wrong with it is an error of the form."""
    try:
        path = f"{visit.api_path}/orders/check"
        checked = await visit.api.search(path, offer.order(parameters))
    except ApiProblem as problem:
        _refused(form, parameters, problem)
        return None
    _rejected(form, checked)
    return checked


def _refused(form: Form, parameters: Json, problem: ApiProblem) -> Form:
    if problem.status not in _MENDED:
        raise problem
    names = {f"/items/0/parameters/{name}": field_of(name) for name in parameters}
    return form.refused(problem, names)


def _rejected(form: Form, order: Json) -> Form:
    """Return the form with why the order is rejected; another one may be placed."""
    for item in order["items"]:
        if error := item["error"]:
            name = field_of(error["parameter"]) if error["parameter"] else ""
            form.errors[name if name in form.fields or not name else ""] = error["text"]
            form.id = uuid4()
    return form


async def _offer(visit: AccountVisit, service_id: UUID, product_id: str, action: Action) -> _Offer:
    """Return what is offered. Raises 404 where there is no such product, service or action."""
    service, found = await asyncio.gather(
        visit.api.get(f"/v1/services/{service_id}"),
        visit.api.get(f"{visit.api_path}/catalogue", service=str(service_id)),
    )
    visit.require_own(service)
    for product in found["items"]:
        if product["id"] == product_id:
            offer = _Offer(product, service, action)
            if offer.offered is not None:
                return offer
    raise HTTPException(404)


async def _givers(visit: AccountVisit, offer: _Offer) -> list[Json]:
    """Return the services of the account whose number may move to this one."""
    if not offer.product["gives_number"] or offer.action == "delete":
        return []
    wanted = {"kind": _MOBILE, "status": "active"}
    path = f"{visit.api_path}/services/search"
    found = await visit.api.search(path, wanted, limit=_GIVERS)
    own = offer.service["id"]
    return [each for each in found["items"] if each["number"] and each["id"] != own]


async def _page(
    visit: AccountVisit,
    offer: _Offer,
    form: Form,
    *,
    status: int = 200,
    checked: Json | None = None,
) -> Response:
    about: dict[str, Any] = {
        "product": offer.product,
        "service": offer.service,
        "offered": offer.offered,
        "action": offer.action,
        "givers": await _givers(visit, offer),
        "checked": checked,
        "form": form,
    }
    return visit.page("selfservice/order_form.html", status=status, **about)
