"""The form of what somebody may do: a role, on what, until when. For giving and for changing."""

import asyncio
from collections.abc import Iterable
from datetime import date
from uuid import uuid4

from web.api_client import ApiProblem, Json
from web.forms import TICKED, Form
from web.selfservice.account import AccountVisit

COMPOSED = "composed"
"""The API's name of permissions that were chosen one by one: here they can be kept as they are."""
CALL_DETAILS = "call_details"
"""Choice of the form: call details with whole numbers, which are in no role and need a purpose."""
_IN_FULL = ["call_details:full", "call_details:request", "call_details:view"]
TO_MEND = frozenset({400, 409, 422, 429})
"""Refusals that are shown in the form."""
_FIELDS = {
    "unknown_role": "role",
    "beyond_parent_permissions": "role",
    "manage_needs_pass_on": "may_pass_on",
    "from_in_past": "from",
    "from_too_far": "from",
    "through_before_from": "through",
    "through_in_past": "through",
    "longer_than_five_years": "through",
    "beyond_parent_dates": "through",
    "service_of_another_account": "service",
    "beyond_parent_scope": "service",
    "purpose_missing": "purpose",
    "given_by_name_only": "may_pass_on",
    "to_yourself": "code",
    "receiver_is_company": "code",
    "too_many_open_offers": "code",
}
"""Fields of the form, by the API's codes of what is wrong with them."""


async def choices(visit: AccountVisit, chosen: Iterable[str] = ()) -> Json:
    """Return what can be chosen: roles, and services. ``chosen``: shown though they are over."""
    roles, services = await asyncio.gather(visit.api.get("/v1/roles"), _services(visit))
    kept = set(chosen)
    return {
        "roles": [each for each in roles["items"] if each["may_be_given"]],
        "services": [each for each in services if each["status"] == "active" or each["id"] in kept],
    }


async def _services(visit: AccountVisit) -> list[Json]:
    if not visit.may("service:view"):
        return []
    found = await visit.api.get(f"{visit.api_path}/services", limit=500)
    return list(found["items"])


def filled(visit: AccountVisit, terms: Json) -> Form:
    """Return the form filled with these terms; a last day that is over is left empty."""
    services = tuple(terms["service_ids"])
    through = date.fromisoformat(terms["through_day"])
    fields = {
        "role": terms["role"],
        "on": "services" if services else "account",
        "through": visit.formats.typed_day(through) if through > visit.today else "",
        "purpose": terms["purpose"] or "",
        "may_pass_on": TICKED if terms["may_pass_on"] else "",
    }
    return Form(fields, {"service": services})


def wanted(visit: AccountVisit, form: Form) -> Json:
    """Return what the form asks for, as the API takes it; adds errors for what is missing.

    Without a first day, which giving and changing know by themselves.
    """
    role = form.required("role", visit.text("page.give.missing"))
    through = form.day("through", visit.text("page.form.day_wrong"))
    on_services = form["on"] == "services"
    asked: Json = {
        "role": role,
        "service_ids": list(form.all("service")) if on_services else [],
        "may_pass_on": form.is_ticked("may_pass_on"),
    }
    if role == CALL_DETAILS:
        del asked["role"]
        asked["permissions"] = _IN_FULL
        asked["purpose"] = form.required("purpose", visit.text("page.give.missing"))
    if on_services and not form.all("service"):
        form.errors["service"] = visit.text("page.give.no_service")
    return asked if through is None else asked | {"through_day": through.isoformat()}


def as_before(form: Form, wanted: Json, terms: Json) -> Json:
    """Return what is wanted with the permissions of these terms, which were chosen one by one."""
    kept = {name: value for name, value in wanted.items() if name != "role"}
    kept["permissions"] = terms["permissions"]
    return kept | ({"purpose": form["purpose"]} if form["purpose"] else {})


def refused(form: Form, problem: ApiProblem, names: dict[str, str]) -> Form:
    """Add what the API refused, at the field it is about where it refused for that one alone.

    Returns the form with a new id, for it was answered.
    """
    codes = list(problem.body.get("refusals") or ())
    if len(codes) == 1 and codes[0] in _FIELDS and not problem.errors:
        form.errors[_FIELDS[codes[0]]] = problem.text
        form.id = uuid4()
        return form
    return form.refused(problem, names)


def refuse(form: Form, refusals: Iterable[Json]) -> None:
    """Add what a check of the API found wrong, each at its field."""
    for each in refusals:
        name = _FIELDS.get(each["code"], "")
        form.errors.setdefault(name, each["text"])
