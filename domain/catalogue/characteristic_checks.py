"""What a characteristic of a product must be, beyond its form."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from domain.accounts import ServiceKind
from domain.catalogue.characteristic_specs import CharacteristicSpec, ValueType
from domain.inventory.characteristics import BY_NAME, Owner


def characteristic_defects(spec: CharacteristicSpec) -> Iterator[str]:
    """Say everything that is wrong with a characteristic."""
    yield from _values(spec)
    if spec.regex is not None and spec.value_type is not ValueType.STRING:
        yield "only a string has a regex"
    yield from _ranges(spec)


def _values(spec: CharacteristicSpec) -> Iterator[str]:
    values = [each.value for each in spec.values]
    if any(not spec.value_type.fits(value) for value in values):
        yield f"a value is no {spec.value_type}"
    elif any(not spec.allows(value) for value in values):
        yield "a value does not match the regex"
    if sum(each.is_default for each in spec.values) > 1:
        yield "only one value can be the default"
    if len(set(values)) < len(values):
        yield "a value is there twice"
    if not spec.is_configurable and (len(values) != 1 or spec.default is None or spec.ranges):
        yield "what is not configurable has one value, and that is the default"


def _ranges(spec: CharacteristicSpec) -> Iterator[str]:
    is_integer = spec.value_type is ValueType.INTEGER
    if is_integer and not spec.values and not spec.ranges:
        yield "an integer has values or ranges: it must end somewhere"
    if spec.ranges and not is_integer:
        yield "only an integer has ranges"
    for each in spec.ranges:
        if each.least is not None and each.most is not None and each.least > each.most:
            yield "no integer is in the range"


def inventory_defects(spec: CharacteristicSpec, kinds: AbstractSet[ServiceKind]) -> Iterator[str]:
    """Say where it is no characteristic that an order may set of services of these kinds."""
    known = BY_NAME.get(spec.name)
    if known is None or known.owner is not Owner.ORDERS:
        yield "orders set no such characteristic"
        return
    if known.type is not spec.value_type:
        yield f"it is of type {known.type}"
    others = sorted(kinds - known.kinds)
    if others:
        yield f"services of kind {', '.join(others)} have none"
    # Nothing secret is kept, so nothing could say what the product fixes or the service has.
    if known.is_secret and (spec.values or spec.is_required or not spec.is_configurable):
        yield "it is a secret: only the order can state it, and it may be left out"
