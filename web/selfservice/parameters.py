"""What a product asks for, on a form: amounts in euros, numbers with spaces, another service.

The field of a parameter is ``p_NAME``; ``labels.parameter`` shows it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from web.api_client import Json
from web.forms import TICKED, Form
from web.theme.formats import cents
from web.visit import Visit

EURO_CENTS = "EUR-cent"
"""Unit of amounts, which people type in euros."""
_PHONE = r"\+"
"""How the pattern of a telephone number begins."""


def field_of(name: str) -> str:
    """Return the name of a parameter's field."""
    return f"p_{name}"


def stated(
    visit: Visit, form: Form, parameters: Sequence[Json], gives_number: str | None = None
) -> Json:
    """Return what the form states, as the catalogue types it. What is left empty is left out.

    What cannot be of its type is an error of its field. ``gives_number``: the parameter that names
    a service, which is chosen, or else typed into ``other_p_NAME``.
    """
    stated: Json = {}
    for each in parameters:
        name = each["name"]
        typed = form[field_of(name)]
        if name == gives_number:
            typed = form[f"other_{field_of(name)}"] or typed
        if each["type"] == "boolean":
            stated[name] = typed == TICKED
        elif typed:
            stated[name] = _value(visit, form, each, typed)
    return {name: value for name, value in stated.items() if value is not None}


def _value(visit: Visit, form: Form, spec: Json, typed: str) -> str | int | None:
    """Return a typed value. None: it is none, and the form says so."""
    if spec["type"] == "string":
        return "".join(typed.split()) if (spec["pattern"] or "").startswith(_PHONE) else typed
    if unit_of(spec) == EURO_CENTS and not spec["values"]:
        value, wrong = cents(typed), "page.form.money_wrong"
    else:
        is_number = typed.isascii() and typed.removeprefix("-").isdecimal()
        value, wrong = (int(typed) if is_number else None), "page.form.number_wrong"
    if value is None:
        example = visit.formats.typed_money(2550)
        form.errors[field_of(spec["name"])] = visit.text(wrong, example=example)
    return value


def unit_of(spec: Json) -> str | None:
    """Return the unit of a parameter's values; None: it has none."""
    units = (each["unit"] for each in (*spec["ranges"], *spec["values"]))
    return next(units, None)


def filled(visit: Visit, parameters: Sequence[Json], values: Mapping[str, Any]) -> Form:
    """Return a form that shows these values, as people type them."""
    shown: dict[str, str] = {}
    for each in parameters:
        value = values.get(each["name"])
        if value is None:
            continue
        name = field_of(each["name"])
        if isinstance(value, bool):
            shown[name] = TICKED if value else ""
        elif unit_of(each) == EURO_CENTS and not each["values"]:
            shown[name] = visit.formats.typed_money(value)
        else:
            shown[name] = str(value)
    return Form(shown)
