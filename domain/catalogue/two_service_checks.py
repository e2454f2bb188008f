"""What a product must be whose orders are for two services: a number moves from one to another."""

from collections.abc import Iterator

from domain.catalogue.actions import ItemAction
from domain.catalogue.characteristic_specs import ValueType
from domain.catalogue.products import Confirmation, Product, ProductStep
from domain.catalogue.step_actions import StepAction
from domain.orders.giving import NUMBER_GIVEN
from domain.provisioning.targets import TargetKind

_AT_THE_OTHER = frozenset({StepAction.READ, StepAction.RELEASE_NUMBER})
"""What is done at a service that gives: it is for no order of another account to set anything."""
_AT_ITS_OWN = frozenset({StepAction.TAKE_NUMBER})


def two_service_defects(product: Product) -> Iterator[str]:
    """Say where steps name a second service as none can be named."""
    name = product.other_service
    if name is None:
        return
    spec = next((each for each in product.characteristics if each.name == name), None)
    if spec is None:
        yield f"steps: service: the product has no characteristic {name}"
    elif spec.value_type is not ValueType.STRING or not spec.is_required or spec.values:
        yield f"specCharacteristic {name}: it holds the id of a service: a required string"
    yield from _of_number(product)
    if product.actions != {ItemAction.MODIFY}:
        yield "orderable: what is for two services can only be modified"
    if product.confirm is Confirmation.GROUP:
        yield "orderable: no group confirms for the owners of two services"
    for step in product.steps:
        yield from (f"step {step.id}: {each}" for each in _of_step(step, name))


def _of_number(product: Product) -> Iterator[str]:
    """Say where the number is not stated by those who may not let it go, and by nobody else."""
    spec = next((each for each in product.characteristics if each.name == NUMBER_GIVEN), None)
    if spec is None:
        return
    if spec.value_type is not ValueType.STRING or spec.is_required or spec.values:
        yield f"specCharacteristic {NUMBER_GIVEN}: it holds a number in E.164: an optional string"


def _of_step(step: ProductStep, name: str) -> Iterator[str]:
    if step.target is not TargetKind.NETWORK:
        if step.service is not None:
            yield f"service: only a step of {TargetKind.NETWORK} is for another service"
    elif step.service is None:
        if step.do not in _AT_ITS_OWN:
            yield f"without service it can only be {', '.join(sorted(_AT_ITS_OWN))}"
    elif step.service != name:
        yield f"service: another step names {name}"
    elif step.do not in _AT_THE_OTHER:
        yield f"service: only {', '.join(sorted(_AT_THE_OTHER))} can be for another service"
