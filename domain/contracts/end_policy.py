"""When a contract can end, and what that costs: one table by size class, with the law beside it.

ESS is the Electronic Communications Act (elektroonilise side seadus, as of 1 January 2026), VÕS is
the Law of Obligations Act (võlaõigusseadus), TsÜS the General Part of the Civil Code Act
(tsiviilseadustiku üldosa seadus). Pure: days are those of the installation's zone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.catalogue.products import Period
from domain.contracts.dates import add_months
from domain.contracts.reasons import EndReason
from domain.contracts.sizes import SizeClass
from domain.contracts.starts import FrozenPrice


class EndRule(StrEnum):
    """A rule that an end follows. May grow. Each has its law in ``LAWS``."""

    NEXT_WORKING_DAY = "next_working_day"
    """A protected customer ends at any time without notice, as of the next working day."""
    DEVICE_LEFT = "device_left"
    """Only a device that is kept costs: what is left of its price."""
    NOTICE = "notice"
    """A larger customer gives the notice that the contract says."""
    TERM_LEFT = "term_left"
    """A larger customer who ends before the committed term is over pays what is left of it."""
    WITHDRAWAL = "withdrawal"
    """A consumer withdraws within 14 days from a contract that was made at a distance."""
    DAYS_USED = "days_used"
    """Who asked that the service begin at once pays for the days until they withdraw."""
    PAID_BACK = "paid_back"
    """What was paid once is given back to who withdraws."""
    CHANGED_TERMS = "changed_terms"
    """Whoever does not agree to changed terms leaves within a month, at no cost."""
    OUTSIDE = "outside"
    """The moment is another's to say: a porting, a court, a register."""


LAWS: Mapping[EndRule, str] = {
    EndRule.NEXT_WORKING_DAY: "ESS § 100 (1), (6)",
    EndRule.DEVICE_LEFT: "ESS § 100 (4)",
    EndRule.NOTICE: "VÕS § 195; the contract",
    EndRule.TERM_LEFT: "VÕS § 195; the contract",
    EndRule.WITHDRAWAL: "VÕS § 56 (1); TsÜS § 136 (8)",
    EndRule.DAYS_USED: "VÕS § 55 (3), § 56² (5)",
    EndRule.PAID_BACK: "VÕS § 56¹ (1)",
    EndRule.CHANGED_TERMS: "ESS § 99 (3); TsÜS § 136 (8)",
    EndRule.OUTSIDE: "ESS § 89; the porting regulation",
}
"""Where each rule stands."""
WITHDRAW_WITHIN = timedelta(days=14)
LEAVE_WITHIN_MONTHS = 1
NOTICE = timedelta(days=30)
"""Of a larger customer, where the contract says nothing else."""
_FROM_OUTSIDE = frozenset(
    {
        EndReason.PORTED_OUT,
        EndReason.COMPANY_DELETED,
        EndReason.COMPANY_BANKRUPT,
        EndReason.COMPANY_LIQUIDATED,
        EndReason.HOST_ENDED,
        EndReason.SIM_REPLACED,
        EndReason.USER_CHANGED,
        EndReason.IDENTITY_CHANGED,
        EndReason.SERVICE_ENDED,
        EndReason.TERM,
        EndReason.BREACH,
    }
)


class EndNotPossible(Exception):
    """The contract cannot be ended for this reason any more."""


@dataclass(frozen=True, slots=True)
class EndedContract:
    """What decides about the end of a contract."""

    size: SizeClass
    signed_on: date | None
    starts_on: date | None
    committed_until: date | None
    """The last day of the committed term."""
    prices: Sequence[FrozenPrice] | None = ()
    """None: they are not known, for the contract was told."""
    device_left: FrozenPrice | None = None
    """What is left of the price of a device that the customer keeps; None: there is none."""
    terms_changed_on: date | None = None
    """The day on which the customer was told of changed terms; None: they were not."""
    begins_at_once: bool = False
    """The customer asked expressly that the service begin before they can no longer withdraw."""


@dataclass(frozen=True, slots=True)
class CostLine:
    """Something that is paid for the end, or given back."""

    cents: int
    """Hundredths of the currency; less than zero: the customer gets it."""
    currency: str
    is_vat_included: bool
    rule: EndRule


@dataclass(frozen=True, slots=True)
class EndTerms:
    """When the contract can end at the earliest, and what that costs."""

    earliest: date
    """The contract is in force until this day begins."""
    cost: tuple[CostLine, ...]
    rules: tuple[EndRule, ...]
    """Why so: each rule that was applied."""
    is_cost_known: bool = True
    """False: there is more to pay, or to get back, than the lines say; the operator knows it."""


def end_terms(
    contract: EndedContract,
    reason: EndReason,
    today: date,
    is_working_day: Callable[[date], bool],
    wished: date | None = None,
) -> EndTerms:
    """Return how the contract ends if it is ended today. ``wished``: a later day that is named.

    Raises EndNotPossible where the time for the reason is over.
    """
    if is_from_outside(reason):
        return EndTerms(max(wished or today, today), _device(contract), (EndRule.OUTSIDE,))
    if reason is EndReason.WITHDRAWAL:
        return _withdrawn(contract, today, is_working_day)
    if reason is EndReason.CHANGED_TERMS:
        return _left(contract, today, is_working_day, wished)
    if contract.size.is_protected:
        earliest = max(next_working_day(today, is_working_day), wished or today)
        cost = _device(contract)
        rules = (EndRule.NEXT_WORKING_DAY, *(line.rule for line in cost))
        return EndTerms(earliest, cost, rules)
    return _with_notice(contract, today, wished)


def next_working_day(today: date, is_working_day: Callable[[date], bool]) -> date:
    """Return the first working day after today."""
    return _last_day(today + timedelta(days=1), is_working_day)


def _last_day(day: date, is_working_day: Callable[[date], bool]) -> date:
    """Return the day, or the next working day: a term does not end on a day off.

    TsÜS § 136 (8); Regulation (EEC, Euratom) 1182/71, article 3 (4).
    """
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def device_left(value_left: int | None, instalments_left: int | None) -> FrozenPrice | None:
    """Return what a kept device costs: its residual value or the instalments left, the less.

    Both in cents of EUR with VAT; None: not told. None where neither is (ESS § 100 (4)).
    """
    known = [each for each in (value_left, instalments_left) if each is not None]
    if not known:
        return None
    return FrozenPrice(min(known), "EUR", is_vat_included=True, period=Period.ONCE)


def is_from_outside(reason: EndReason) -> bool:
    """Return whether an end for this reason is another's to say, and costs a kept device only."""
    return reason in _FROM_OUTSIDE


def _device(contract: EndedContract) -> tuple[CostLine, ...]:
    return device_cost(contract.device_left)


def device_cost(left: FrozenPrice | None) -> tuple[CostLine, ...]:
    """Return what is paid for a device of which so much is left. None: there is none."""
    if left is None or left.cents == 0:
        return ()
    return (_line(left, left.cents, EndRule.DEVICE_LEFT),)


def _withdrawn(
    contract: EndedContract, today: date, is_working_day: Callable[[date], bool]
) -> EndTerms:
    """A consumer's withdrawal: at once, and as if they had agreed to nothing.

    What they paid once comes back. The days of use are paid for only where they had asked that the
    service begin at once: whoever provides it unasked provides it for nothing.
    """
    signed = contract.signed_on
    if contract.size is not SizeClass.CONSUMER or signed is None:
        raise EndNotPossible
    if today > _last_day(signed + WITHDRAW_WITHIN, is_working_day):
        raise EndNotPossible
    cost = (*_paid_back(contract), *_days_used(contract, today))
    rules = (EndRule.WITHDRAWAL, *(line.rule for line in cost))
    is_known = contract.prices is not None
    return EndTerms(today, cost, tuple(dict.fromkeys(rules)), is_known)


def _paid_back(contract: EndedContract) -> Iterator[CostLine]:
    for price in contract.prices or ():
        if price.period == Period.ONCE and price.cents:
            yield _line(price, -price.cents, EndRule.PAID_BACK)


def _days_used(contract: EndedContract, today: date) -> Iterator[CostLine]:
    if not contract.begins_at_once or contract.starts_on is None:
        return
    yield from _monthly(contract, contract.starts_on, today, EndRule.DAYS_USED)


def _monthly(
    contract: EndedContract, first: date, until: date, rule: EndRule
) -> Iterator[CostLine]:
    """Monthly prices from a day until another begins: whole calendar months, then days."""
    for price in contract.prices or ():
        if price.period == Period.MONTHLY and (cents := _for_days(price.cents, first, until)):
            yield _line(price, cents, rule)


def _for_days(cents: int, first: date, until: date) -> int:
    """Return what a price of a month comes to; days are a share of the month they lie in."""
    if until <= first:
        return 0
    months = (until.year - first.year) * 12 + until.month - first.month
    if add_months(first, months) > until:
        months -= 1
    rest, whole = add_months(first, months), add_months(first, months + 1)
    return cents * months + cents * (until - rest).days // (whole - rest).days


def _line(price: FrozenPrice, cents: int, rule: EndRule) -> CostLine:
    return CostLine(cents, price.currency, price.is_vat_included, rule)


def _left(
    contract: EndedContract,
    today: date,
    is_working_day: Callable[[date], bool],
    wished: date | None,
) -> EndTerms:
    """Whoever does not agree to changed terms: on a day of the month that they have for it."""
    earliest, told = max(wished or today, today), contract.terms_changed_on
    if told is None or earliest > _last_day(add_months(told, LEAVE_WITHIN_MONTHS), is_working_day):
        raise EndNotPossible
    return EndTerms(earliest, _device(contract), (EndRule.CHANGED_TERMS,))


def _with_notice(contract: EndedContract, today: date, wished: date | None) -> EndTerms:
    earliest = max(today + NOTICE, wished or today)
    cost, rules = [*_device(contract)], [EndRule.NOTICE]
    committed, is_known = contract.committed_until, True
    if committed is not None and committed >= earliest:
        if contract.prices is None:
            rules, is_known = [*rules, EndRule.TERM_LEFT], False
        over = committed + timedelta(days=1)
        cost += _monthly(contract, earliest, over, EndRule.TERM_LEFT)
    rules += [line.rule for line in cost]
    return EndTerms(earliest, tuple(cost), tuple(dict.fromkeys(rules)), is_known)
