"""What the operator's systems tell of a service's characteristics: checked, and compared. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.accounts import ServiceKind
from domain.inventory.characteristics import BY_NAME, LONGEST, Characteristic, kept
from domain.visible_text import is_visible


class ToldRefusal(StrEnum):
    """Why a characteristic is not taken."""

    UNKNOWN = "unknown"
    KIND = "kind"
    """Services of this kind do not have it."""
    SECRET = "secret"  # noqa: S105 # a code
    """Nobody may tell it in clear."""
    TYPE = "type"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class ToldDefect:
    """One characteristic that is not taken. Never with its value."""

    why: ToldRefusal
    name: str | None
    """None: the table has no such characteristic, and the name may be anything."""

    def __str__(self) -> str:
        """What is wrong, after the characteristic's name."""
        match self.why:
            case ToldRefusal.UNKNOWN:
                return "Has an unknown characteristic"
            case ToldRefusal.KIND:
                return "Services of this kind do not have it"
            case ToldRefusal.SECRET:
                return "Is a secret: it is ordered, never told"
            case ToldRefusal.TYPE:
                return f"Must be of the type {BY_NAME[self.name or ''].type}, or null"
            case ToldRefusal.VALUE:
                return "Is not a value of this characteristic"


def defects(kind: ServiceKind, told: Mapping[str, Any]) -> Iterator[ToldDefect]:
    """Yield what of these characteristics cannot be taken for a service of this kind."""
    for name, value in told.items():
        known = BY_NAME.get(name)
        if known is None:
            yield ToldDefect(ToldRefusal.UNKNOWN, None)
        elif (why := _why_not(known, kind, value)) is not None:
            yield ToldDefect(why, name)


def told_otherwise(wanted: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    """Return the names of what orders set and the operator's systems tell differently, sorted.

    What they do not tell is no difference.
    """
    ordered = kept(wanted)
    return sorted(name for name in ordered if name in told and told[name] != ordered[name])


def _why_not(known: Characteristic, kind: ServiceKind, value: Any) -> ToldRefusal | None:
    if known.is_secret:
        return ToldRefusal.SECRET
    if kind not in known.kinds:
        return ToldRefusal.KIND
    if value is None:
        return None
    if not known.type.fits(value):
        return ToldRefusal.TYPE
    return None if _is_allowed(known, value) else ToldRefusal.VALUE


def _is_allowed(known: Characteristic, value: str | int) -> bool:
    if isinstance(value, str):
        fits = len(value) <= LONGEST and is_visible(value)
        return fits and (not known.pattern or re.fullmatch(known.pattern, value) is not None)
    return abs(value) <= _MOST


_MOST = 10**12
"""Of an integer, either way: no characteristic comes near it."""
