"""What the steps of a product must be, so that an item can be carried out and undone."""

from collections.abc import Iterator, Sequence

from domain.catalogue.products import Period, Product, ProductStep, Refusal
from domain.catalogue.step_actions import ACTIONS, ActionRules, StepAction
from domain.inventory.characteristics import SECRETS
from domain.provisioning.steps import Stage


def step_defects(product: Product) -> Iterator[str]:
    """Say everything that is wrong with the steps. They are in a valid order."""
    if sum(each.is_pivot for each in product.steps) > 1:
        yield "steps: only one can be the pivot"
        return
    if product.is_orderable and not product.steps:
        yield "steps: a product that can be ordered needs one at least"
    yield from steps_defects(product, product.steps)
    yield from _prices(product)


def steps_defects(product: Product, steps: Sequence[ProductStep]) -> Iterator[str]:
    """Say what is wrong with each of these steps, those of the start or of the end."""
    for step in steps:
        rules = ACTIONS.get(step.target, {}).get(step.do)
        what = (
            [f"there is no action {step.do} at {step.target}"]
            if rules is None
            else [
                *_undo(product, step, rules),
                *_parameters(product, step),
                *_refusal(product, step),
            ]
        )
        yield from (f"step {step.id}: {each}" for each in what)


def _undo(product: Product, step: ProductStep, rules: ActionRules) -> Iterator[str]:
    if product.stage_of(step) is not Stage.REVERSIBLE:
        if step.undo is not None:
            yield "undo: nothing is undone from the pivot on"
        return
    if step.undo is None and rules.has_effect:
        yield (
            "a step before the pivot needs an undo"
            if rules.undoes
            else ("nothing undoes this: it must be the pivot, or come after it")
        )
    if step.undo is not None and step.undo not in rules.undoes:
        yield f"{step.undo} does not undo {step.do}"
    if step.undo is not None and rules.needs_read and not _is_read_before(product, step):
        yield f"its undo puts back what was read: a step of {step.target} that reads comes first"
    if step.do is StepAction.SET and SECRETS & (set(step.sets) or _names(product)):
        yield "a secret is not kept, so it cannot be put back: this must be the pivot or later"


def _is_read_before(product: Product, step: ProductStep) -> bool:
    before = product.steps[: product.steps.index(step)]
    is_same = [
        each for each in before if (each.target, each.service) == (step.target, step.service)
    ]
    return any(each.do is StepAction.READ for each in is_same)


def _names(product: Product) -> set[str]:
    return {each.name for each in product.characteristics}


def _parameters(product: Product, step: ProductStep) -> Iterator[str]:
    known = _names(product)
    for name in step.sets:
        if name not in known:
            yield f"sets: the product has no characteristic {name}"
    if step.sets and step.do is not StepAction.SET:
        yield f"sets: only {StepAction.SET} sends chosen characteristics"
    if step.do is StepAction.SET and not known:
        yield "the product has no characteristic that it could set"


def _refusal(product: Product, step: ProductStep) -> Iterator[str]:
    if step.refusal is Refusal.FAIL and product.stage_of(step) is Stage.FINAL:
        yield "refusal: past the pivot an item cannot fail"


_BILLED = {Period.ONCE: StepAction.CHARGE, Period.MONTHLY: StepAction.SUBSCRIBE}


def _prices(product: Product) -> Iterator[str]:
    done = {each.do for each in product.steps}
    priced = {each.period for each in product.prices}
    for period, action in _BILLED.items():
        if action in done and period not in priced:
            yield f"prices: {action} books a price that is paid {period}, and there is none"
        if product.is_orderable and period in priced and action not in done:
            yield f"prices: no step {action} books what is paid {period}"
