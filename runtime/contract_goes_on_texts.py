"""Acts by which a contract goes on, as people read them before they confirm."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.approvals.contract_goes_on_acts import ContractResumed, EndCalledOff
from domain.numbers.sms_texts import Language
from domain.visible_text import made_visible
from runtime.texts import day_text, text


@dataclass(frozen=True, slots=True)
class ContractGoesOnFacts:
    """What the text says, looked up by the ids of the act."""

    account: str
    product: Mapping[Language, str] | str
    """Name of the product; of one that the catalogue does not know, as the operator names it."""
    services: tuple[str, ...]
    """Labels of its services."""
    act: EndCalledOff | ContractResumed
    day: date | None = None
    """Of an end that is called off: the first day that would have been without the contract."""


def contract_line_v1(
    product: Mapping[Language, str] | str, services: tuple[str, ...], language: Language
) -> str:
    """Return the line that names a contract: its product and its services."""
    name = product if isinstance(product, str) else product[language]
    labels = ", ".join(map(made_visible, services))
    return text(
        "act.part.contract_service.v1",
        language,
        product=made_visible(name),
        service=labels or text("act.part.contract_no_services.v1", language),
    )


def _v1(facts: ContractGoesOnFacts, language: Language) -> str:
    act = facts.act
    named = {
        "account": made_visible(facts.account),
        "contract": contract_line_v1(facts.product, facts.services, language),
    }
    if isinstance(act, ContractResumed):
        reason = text(f"state.contract_suspension.{act.reason}", language)
        return text("act.contract_resume.v1", language, reason=reason, **named)
    reason = text(f"state.contract_end.{act.reason}", language)
    day = "" if facts.day is None else day_text(facts.day, language)
    return text("act.contract_end_cancel.v1", language, reason=reason, day=day, **named)


RENDERERS: Mapping[int, Callable[[ContractGoesOnFacts, Language], str]] = {1: _v1}
"""By version of the text."""
