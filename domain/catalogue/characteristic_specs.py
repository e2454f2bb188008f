"""Characteristics of a product: the parameters of an order, and what the product itself fixes.

The words are those of TMF633 v4 (ServiceSpecification.specCharacteristic).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.visible_text import is_visible

Value = str | int | bool
"""Value of a characteristic."""
LONGEST_TEXT = 200
"""Characters of a value."""
LARGEST_NUMBER = 2**53 - 1
"""The largest whole number that every reader of JSON reads exactly."""


class ValueType(StrEnum):
    """Type of a characteristic's values."""

    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"

    def fits(self, value: object) -> bool:
        """Return whether a value is of this type. A truth value is no integer."""
        return type(value) is _TYPES[self]


_TYPES = {ValueType.STRING: str, ValueType.INTEGER: int, ValueType.BOOLEAN: bool}


@dataclass(frozen=True, slots=True)
class AllowedValue:
    """One value that a characteristic may have."""

    value: Value
    is_default: bool = False
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class AllowedRange:
    """Integers that a characteristic may have: both ends belong to it; None: no end."""

    least: int | None
    most: int | None
    unit: str | None = None

    def has(self, value: int) -> bool:
        """Return whether the integer lies in the range."""
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


@dataclass(frozen=True, slots=True)
class CharacteristicSpec:
    """One characteristic of a product. It has one value at most."""

    name: str
    value_type: ValueType
    is_configurable: bool
    """The order states it. False: the product fixes it, and an order that states it is rejected."""
    is_required: bool
    values: tuple[AllowedValue, ...] = ()
    ranges: tuple[AllowedRange, ...] = ()
    """With ``values``: what is allowed. Both empty: any value that the regex allows."""
    regex: str | None = None
    """The whole value must match it (``re.fullmatch``)."""

    @property
    def default(self) -> Value | None:
        """Value that it has if the order does not state it; None: it has none."""
        return next((each.value for each in self.values if each.is_default), None)

    def allows(self, value: object) -> bool:
        """Return whether an order may state this value. ``None`` is no value."""
        if not self.value_type.fits(value):
            return False
        if isinstance(value, str) and (len(value) > LONGEST_TEXT or not is_visible(value)):
            return False
        if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
            return False
        if self.regex is not None and not re.fullmatch(self.regex, str(value)):
            return False
        if not self.values and not self.ranges:
            return True
        return any(each.value == value for each in self.values) or (
            isinstance(value, int) and any(each.has(value) for each in self.ranges)
        )
