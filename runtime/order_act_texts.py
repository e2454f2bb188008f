"""Orders as people read them before they confirm: items, parameters, prices, and when it begins."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.accounts import ServiceKind
from domain.approvals.order_acts import OrderedItem
from domain.catalogue.actions import ItemAction
from domain.catalogue.characteristic_specs import Value
from domain.catalogue.products import Period, Price
from domain.numbers.sms_texts import Language
from domain.visible_text import made_visible
from runtime.texts import day_text, messages, text

CENTS = "EUR-cent"
"""Unit of characteristics that are amounts of money: hundredths of a euro."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the text of an item says, beside what the act says."""

    item: OrderedItem
    product: Mapping[Language, str]
    """Name of the product."""
    service: str
    """Name and number of the service, its id where it has left the account; empty: it has none."""
    kind: ServiceKind | None
    """Of the service; None: it has left the account."""
    units: Mapping[str, str]
    """Units of parameters, by name."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the text of an order says, looked up by the ids of its act."""

    account: str
    items: tuple[ItemFacts, ...]
    begins_on: date | None = None
    """The day on which it begins at the earliest; None: as soon as it is confirmed."""


def amount_text(cents: int, currency: str, language: Language) -> str:
    """Return an amount of money as people write it."""
    whole, rest = divmod(abs(cents), 100)
    point = "." if language is Language.ENGLISH else ","
    return f"{'-' if cents < 0 else ''}{whole}{point}{rest:02} {currency}"


def name_text(parameter: str, language: Language) -> str:
    """Return what people call a parameter."""
    return messages(language).get(f"characteristic.{parameter}", parameter)


def _order_v1(facts: OrderFacts, language: Language) -> str:
    prices = [price for each in facts.items for price in each.item.prices]
    begins = (
        text("act.part.order_begins_confirmed.v1", language)
        if facts.begins_on is None
        else text("act.part.order_begins_on.v1", language, day=day_text(facts.begins_on, language))
    )
    return text(
        "act.order_place.v1",
        language,
        account=made_visible(facts.account),
        items="\n".join(line for each in facts.items for line in _item_v1(each, language)),
        total=prices_v1(_summed(prices), language),
        begins=begins,
    )


def _item_v1(facts: ItemFacts, language: Language) -> Iterator[str]:
    item = facts.item
    yield text(
        "act.part.order_item.v1",
        language,
        number=item.number,
        product=made_visible(facts.product[language]),
        service=made_visible(facts.service) or text(f"state.service_kind.{facts.kind}", language),
        action=text(_ACTIONS[item.action], language),
    )
    for name in sorted({*item.parameters, *item.secrets}):
        said = _value_v1(facts, name, language)
        label = made_visible(name_text(name, language))
        yield text("act.part.order_parameter.v1", language, name=label, value=said)
    yield text("act.part.order_price.v1", language, price=prices_v1(item.prices, language))


def _value_v1(facts: ItemFacts, name: str, language: Language) -> str:
    if name in facts.item.secrets:
        return text("act.part.order_secret.v1", language)
    return value_v1(name, facts.item.parameters[name], facts.units.get(name, ""), language)


def value_v1(name: str, value: Value | None, unit: str, language: Language) -> str:
    """Return a parameter's value, named where it has a name; None: it is removed."""
    match value:
        case None:
            return text("act.part.order_removed.v1", language)
        case bool():
            return text("act.part.order_yes.v1" if value else "act.part.order_no.v1", language)
        case int() if unit == CENTS:
            return amount_text(value, "EUR", language)
    return made_visible(f"{_named(name, value, language)} {unit}".rstrip())


def _named(name: str, value: Value, language: Language) -> str:
    """Return what people call a value that has a name; any other in quotes."""
    if isinstance(value, int):
        return str(value)
    known = messages(language).get(f"characteristic.{name}.{value}")
    return known or text("act.part.order_quoted.v1", language, value=made_visible(value))


def prices_v1(prices: Sequence[Price], language: Language) -> str:
    """Return prices in one line."""
    said = [_price_v1(price, language) for price in prices]
    return "; ".join(said) or text("act.part.order_free.v1", language)


def _price_v1(price: Price, language: Language) -> str:
    amount = amount_text(price.cents, price.currency, language)
    return text(_PRICES[price.period, price.is_vat_included], language, amount=amount)


def _summed(prices: Sequence[Price]) -> list[Price]:
    """Return what is paid in all: one price of each currency, period and kind."""
    sums: dict[tuple[Period, str, bool], int] = {}
    for price in prices:
        kind = price.period, price.currency, price.is_vat_included
        sums[kind] = sums.get(kind, 0) + price.cents
    return [
        Price(cents, currency, included, period)
        for (period, currency, included), cents in sorted(sums.items(), reverse=True)
    ]


_ACTIONS: Mapping[ItemAction, str] = {
    ItemAction.ADD: "act.part.order_add.v1",
    ItemAction.MODIFY: "act.part.order_modify.v1",
    ItemAction.DELETE: "act.part.order_delete.v1",
    ItemAction.NO_CHANGE: "act.part.order_keep.v1",
}
_PRICES: Mapping[tuple[Period, bool], str] = {
    (Period.ONCE, True): "act.part.order_once.v1",
    (Period.ONCE, False): "act.part.order_once_plus_vat.v1",
    (Period.MONTHLY, True): "act.part.order_monthly.v1",
    (Period.MONTHLY, False): "act.part.order_monthly_plus_vat.v1",
}
RENDERERS: Mapping[int, Callable[[OrderFacts, Language], str]] = {1: _order_v1}
"""By version of the text."""
