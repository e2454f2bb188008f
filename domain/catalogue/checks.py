"""What a product and a whole catalogue must be, beyond the form of each file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.catalogue.actions import ItemAction
from domain.catalogue.characteristic_checks import characteristic_defects, inventory_defects
from domain.catalogue.contract_checks import contract_defects
from domain.catalogue.products import Product, RelationshipType
from domain.catalogue.step_checks import step_defects
from domain.catalogue.two_service_checks import two_service_defects
from domain.orders.giving import NUMBER_GIVEN


def product_defects(product: Product) -> Iterator[str]:
    """Say everything that is wrong with the product alone; nothing: it can be ordered as it is."""
    names = [each.name for each in product.characteristics]
    for name in sorted({each for each in names if names.count(each) > 1}):
        yield f"specCharacteristic {name}: it is there twice"
    of_move = {product.other_service, NUMBER_GIVEN} if product.other_service else frozenset()
    for spec in product.characteristics:
        what = [*characteristic_defects(spec)]
        if spec.name not in of_move:
            what += inventory_defects(spec, product.kinds)
        yield from (f"specCharacteristic {spec.name}: {each}" for each in what)
    needed = any(each.is_required for each in product.characteristics)
    can_be_had = product.actions & {ItemAction.ADD, ItemAction.DELETE}
    if can_be_had and not needed and product.contract is None:
        yield (
            "orderable: only a product with a required characteristic can be added or deleted:"
            " by it one knows that the service has the product"
        )
    yield from step_defects(product)
    yield from two_service_defects(product)
    yield from contract_defects(product)
    yield from _prices(product)


def _prices(product: Product) -> Iterator[str]:
    specs = {each.name: each for each in product.characteristics}
    for price in product.prices:
        for name, value in price.only_with.items():
            if name not in specs or not specs[name].allows(value):
                yield f"prices: no order has this value of {name}"
    for name in {name for price in product.prices for name in price.only_with if name in specs}:
        for each in specs[name].values:
            if all(price.only_with.get(name, each.value) != each.value for price in product.prices):
                yield f"prices: none for {name} {each.value}; what is free costs 0 cents"


def defects_between(products: Sequence[Product]) -> Iterator[tuple[str, str]]:
    """Say what is wrong between products: pairs of a product's id and what is wrong."""
    known = {each.id: each for each in products}
    needs = {each.id: _related(each, RelationshipType.DEPENDENCY) for each in products}
    for product in products:
        for each in product.relationships:
            if each.product_id not in known or each.product_id == product.id:
                yield product.id, f"serviceSpecRelationship: no other product {each.product_id}"
            elif (
                each.type is RelationshipType.DEPENDENCY
                and ItemAction.DELETE in known[each.product_id].actions
            ):
                what = f"{each.product_id} can be deleted, so no other product can depend on it"
                yield product.id, f"serviceSpecRelationship: {what}"
        if product.id in _all_needed(product.id, needs):
            yield product.id, "serviceSpecRelationship: products depend on each other in a circle"
        both = needs[product.id] & _related(product, RelationshipType.EXCLUSIVITY)
        if both:
            yield product.id, f"serviceSpecRelationship: needs and excludes {', '.join(both)}"


def _related(product: Product, type_: RelationshipType) -> frozenset[str]:
    return frozenset(each.product_id for each in product.relationships if each.type is type_)


def _all_needed(id_: str, needs: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    left = list(needs[id_])
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            left.extend(needs.get(each, ()))
    return found
