"""Parameters of an order's item: what its product needs is there, and nothing else."""

import re
from collections.abc import Mapping
from typing import Any

from domain.catalogue.actions import ItemAction
from domain.catalogue.characteristic_specs import CharacteristicSpec, Value
from domain.catalogue.products import Product
from domain.orders.refusals import OrderRefusal, OrderRejected

_NAME = re.compile("[A-Za-z][A-Za-z0-9]{0,39}")
_NOTHING: Mapping[str, Any] = {}

Parameters = dict[str, Value | None]
"""Values by name of the characteristic. None removes one."""


def complete(
    product: Product,
    action: ItemAction,
    given: Mapping[str, Any],
    has: Mapping[str, Any] = _NOTHING,
) -> Parameters:
    """Return what the item sets: what was given, what the product fixes, and defaults.

    A modification changes what is given and leaves the rest: a default never replaces a value that
    the service has already (``has``), and a required one may be left out where it is there. Raises
    OrderRejected with the name of the parameter at fault.
    """
    specs = {each.name: each for each in product.characteristics}
    is_set = action in {ItemAction.ADD, ItemAction.MODIFY}
    _check(specs if is_set else {}, given)
    if not is_set:
        return dict.fromkeys(specs) if action is ItemAction.DELETE else {}
    kept = has if action is ItemAction.MODIFY else {}
    found: Parameters = {}
    for name, spec in specs.items():
        is_kept = spec.is_configurable and kept.get(name) is not None
        value = given.get(name, None if is_kept else spec.default)
        if value is not None:
            found[name] = value
        elif spec.is_required and kept.get(name) is None:
            raise OrderRejected(OrderRefusal.PARAMETER_MISSING, name)
    if specs and not found:
        raise OrderRejected(OrderRefusal.PARAMETER_MISSING, next(iter(specs)))
    return found


def _check(specs: Mapping[str, CharacteristicSpec], given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if name not in specs:
            # What a caller made up is repeated only if it looks like a name.
            known = name if _NAME.fullmatch(name) else ""
            raise OrderRejected(OrderRefusal.PARAMETER_UNKNOWN, known)
        if not specs[name].is_configurable:
            raise OrderRejected(OrderRefusal.PARAMETER_FIXED, name)
        if not specs[name].allows(value):
            raise OrderRejected(OrderRefusal.PARAMETER_VALUE, name)
