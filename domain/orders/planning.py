"""The steps of an order's item, as its product has them."""

from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Product
from domain.orders.planned_steps import PlannedStep


def planned(product: Product, action: ItemAction) -> list[PlannedStep]:
    """Return the steps of a product for this action, as they are kept with an item."""
    return [
        PlannedStep(
            step.id,
            step.target,
            step.do,
            step.undo,
            product.stage_of(step),
            step.refusal,
            step.sets,
            step.patience,
            step.service,
        )
        for step in product.steps_of(action)
    ]
