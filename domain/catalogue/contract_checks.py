"""What a product must be that is had by a contract."""

from collections.abc import Iterable, Iterator

from domain.catalogue.actions import ItemAction
from domain.catalogue.contract_terms import ContractTerms, Party
from domain.catalogue.products import Confirmation, Product, ProductStep
from domain.catalogue.step_actions import StepAction
from domain.catalogue.step_checks import steps_defects

_ENDS = frozenset({StepAction.TERMINATE, StepAction.FINAL_INVOICE})
"""What only the end of a contract does."""


_OF_THE_ENGINE = frozenset({StepAction.SUSPEND, StepAction.RESUME})
"""What no product does: the engine does it when a contract is suspended, whatever its product."""


def contract_defects(product: Product) -> Iterator[str]:
    """Say where a product cannot be started and ended by a contract, or acts as if it could."""
    terms = product.contract
    yield from _of_the_engine((*product.steps, *(() if terms is None else terms.ending)))
    if terms is None:
        for step in product.steps:
            if step.do is StepAction.ACTIVATE or step.do in _ENDS:
                yield f"step {step.id}: only a product with a contract does {step.do}"
        return
    if product.is_orderable and product.actions != {ItemAction.ADD, ItemAction.DELETE}:
        yield "orderable: a contract is started and ended: actions are add and delete"
    if product.is_orderable and len(product.kinds) != 1:
        yield "orderable: a contract starts a service of one kind"
    if product.confirm is not Confirmation.NOTHING:
        yield "orderable: confirm is nothing: the contract says how people agree"
    if product.needs_contract:
        yield "orderable: needsContract is for what is ordered: this is had by its own contract"
    if not any(each.do is StepAction.ACTIVATE for each in product.steps):
        yield f"steps: none does {StepAction.ACTIVATE}"
    yield from _ending(product, terms)
    if (terms.party is Party.USER) != (terms.host is not None):
        yield "contract: party user and host belong together: who uses the host agrees"


def _of_the_engine(steps: Iterable[ProductStep]) -> Iterator[str]:
    for step in steps:
        if step.do in _OF_THE_ENGINE:
            yield f"step {step.id}: {step.do} is done where a contract is suspended, by no product"


def _ending(product: Product, terms: ContractTerms) -> Iterator[str]:
    if [number for number, each in enumerate(terms.ending) if each.is_pivot] != [0]:
        yield "contract: the first step of ending is the pivot: an end is never undone"
        return
    yield from steps_defects(product, terms.ending)
    if not any(each.do is StepAction.TERMINATE for each in terms.ending):
        yield f"contract: no step of ending does {StepAction.TERMINATE}"
