"""Start a contract: choose the product, say what it asks for; its documents are made then."""

from uuid import UUID

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import TICKED, Form
from web.notices import Done
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount
from web.selfservice.parameters import stated

router = APIRouter(prefix=f"{ACCOUNT}/contracts/new")
_TO_MEND = {400, 403, 409, 422}
_MOST = 500
_NOT_FOUND = 404


@router.get("")
async def choose(visit: OfAccount) -> Response:
    """Show what can be had by a contract, and at which price."""
    found = await visit.api.get(f"{visit.api_path}/contract-products")
    return visit.page("selfservice/contract_products.html", products=found["items"])


@router.get("/{product_id}")
async def ask(visit: OfAccount, product_id: str, host: UUID | None = None) -> Response:
    """Show what the contract asks for. ``host``: the service that it is to rest on is chosen."""
    kept = await visit.form()
    chosen = {} if host is None else {"host": str(host)}
    form = Form(chosen | dict(kept.fields), kept.chosen, id=kept.id)
    return await _page(visit, await _product(visit, product_id), form)


@router.post("/{product_id}")
async def start(visit: OfAccount, product_id: str) -> Response:
    """Start it, and lead to it: its documents are read there, and agreed to."""
    form = await visit.sent()
    product = await _product(visit, product_id)
    wanted: Json = {
        "product": product["id"],
        "months": int(form["months"]) if form["months"].isdecimal() else 0,
        "parameters": stated(visit, form, product["parameters"]),
        "number": "".join(form["number"].split()) or None,
        "name": form["name"],
        "host_service_id": form["host"] or None,
        "language": visit.language.value,
        "begins_at_once": form["begins_at_once"] == TICKED,
    }
    if form.errors:
        return await _page(visit, product, form, status=422)
    try:
        started = await visit.api.post(f"{visit.api_path}/contracts", wanted, key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await _page(visit, product, _refused(visit, form, problem), status=422)
    return visit.go(visit.of_account(f"/contracts/{started['id']}"), Done("page.done.started"))


def _refused(visit: AccountVisit, form: Form, problem: ApiProblem) -> Form:
    """Return the form with what was wrong, each rule that refused it in words."""
    refused = form.refused(problem, {"/host_service_id": "host"})
    rules = problem.body.get("refusals") or ()
    if rules:
        said = [str(visit.word("state.contract_refusal", rule)) for rule in rules]
        refused.errors = {"": ". ".join(said)}
    return refused


async def _product(visit: AccountVisit, product_id: str) -> Json:
    found = await visit.api.get(f"{visit.api_path}/contract-products")
    for product in found["items"]:
        if product["id"] == product_id:
            return dict(product)
    raise HTTPException(404)


async def _page(visit: AccountVisit, product: Json, form: Form, *, status: int = 200) -> Response:
    hosts: list[Json] = []
    if product["host"]:
        hosts = await _hosts(visit, product["host"], form["host"])
    about: Json = {"product": product, "hosts": hosts, "form": form}
    return visit.page("selfservice/start_contract.html", status=status, **about)


async def _hosts(visit: AccountVisit, kind: str, chosen: str) -> list[Json]:
    """Return what the contract may rest on: services of the account, and the one that is chosen.

    That may be on another account: a telephone of the employer, which this person uses.
    """
    path, wanted = f"{visit.api_path}/services/search", {"kind": kind, "status": "active"}
    found = await visit.api.search(path, wanted, limit=_MOST)
    hosts = list(found["items"])
    if not chosen or any(each["id"] == chosen for each in hosts):
        return hosts
    try:
        return [await visit.api.get(f"/v1/services/{UUID(chosen)}"), *hosts]
    except ValueError:  # of no page of ours
        return hosts
    except ApiProblem as problem:
        if problem.status != _NOT_FOUND:
            raise
        return hosts
