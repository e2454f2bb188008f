"""Order something for a service: a form of what the catalogue asks for, and what it costs."""

from typing import Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import TICKED, Form
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/services/{{service_id}}/order/{{product_id}}")
Action = Literal["add", "modify", "delete"]
_MENDED = {400, 403, 409, 422}


@router.get("/{action}")
async def ask(visit: OfAccount, service_id: UUID, product_id: str, action: Action) -> Response:
    """Show what the order says and costs, before it is placed."""
    product = await _product(visit, service_id, product_id)
    return _page(visit, service_id, product, action, await visit.form())


@router.post("/{action}")
async def order(visit: OfAccount, service_id: UUID, product_id: str, action: Action) -> Response:
    """Place the order, and lead to it: there it is confirmed, and followed to its end."""
    form = await visit.sent()
    product = await _product(visit, service_id, product_id)
    parameters = {} if action == "delete" else stated(form, product["parameters"])
    item: Json = {
        "action": action,
        "product": product["id"],
        "product_version": product["version"],
        "service_id": str(service_id),
        "parameters": parameters,
    }
    try:
        path = f"{visit.api_path}/orders"
        placed = await visit.api.post(path, {"items": [item]}, key=form.id)
    except ApiProblem as problem:
        if problem.status not in _MENDED:
            raise
        names = {f"/items/0/parameters/{name}": f"p_{name}" for name in parameters}
        refused = form.refused(problem, names)
        return _page(visit, service_id, product, action, refused, status=422)
    if placed["state"] == "rejected":
        return _page(visit, service_id, product, action, _rejected(form, placed), status=422)
    return visit.go(visit.of_account(f"/orders/{placed['id']}"))


def _rejected(form: Form, order: Json) -> Form:
    """Return the form with why the order was rejected; another one may be placed."""
    for item in order["items"]:
        if error := item["error"]:
            form.errors[f"p_{error['parameter']}" if error["parameter"] else ""] = error["text"]
    form.id = uuid4()
    return form


def stated(form: Form, parameters: list[Json]) -> Json:
    """Return what the form states, as the catalogue types it. What is left empty is left out."""
    stated: Json = {}
    for each in parameters:
        name, typed = each["name"], form[f"p_{each['name']}"]
        if each["type"] == "boolean":
            stated[name] = typed == TICKED
        elif typed:
            is_number = each["type"] == "integer" and typed.lstrip("-").isdecimal()
            stated[name] = int(typed) if is_number else typed
    return stated


async def _product(visit: AccountVisit, service_id: UUID, product_id: str) -> Json:
    path = f"{visit.api_path}/catalogue"
    found = await visit.api.get(path, service=str(service_id))
    for product in found["items"]:
        if product["id"] == product_id:
            return dict(product)
    raise HTTPException(404)


def _page(
    visit: AccountVisit,
    service_id: UUID,
    product: Json,
    action: str,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    offered = next((each for each in product["actions"] if each["action"] == action), None)
    if offered is None:
        raise HTTPException(404)
    about: Json = {"service_id": service_id, "product": product, "offered": offered}
    return visit.page(
        "selfservice/order_form.html", status=status, action=action, form=form, **about
    )
