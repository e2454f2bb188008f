"""Rows of a review: one for each delegation, with its services, and for each other grant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from web.api_client import Json
from web.forms import Form

KEEP, END, PROPOSE = "confirm", "end", "propose"
"""Choices of a row. PROPOSE: those who act together are asked to keep it."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is decided about as one."""

    name: str
    """Of its field: it says which delegation or grant it is."""
    items: Sequence[Json]
    """Its grants, as the API shows them; at least one."""
    giver_left: bool
    """It ends unless it is confirmed."""

    @classmethod
    def of(cls, items: Sequence[Json], left: frozenset[str]) -> Self:
        first = items[0]
        delegation_id = first["delegation_id"]
        name = f"d-{delegation_id}" if delegation_id else f"g-{first['grant']['id']}"
        return cls(name, items, delegation_id in left)

    @property
    def first(self) -> Json:
        """What all of its grants have in common."""
        return self.items[0]

    @property
    def delegation_id(self) -> str | None:
        """Id of the delegation; None: it is another grant."""
        found: str | None = self.first["delegation_id"]
        return found

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be chosen; empty: nothing is decided here."""
        may = [each for each in (KEEP, END) if each in self.first["may"]]
        if self.giver_left and may == [END]:
            may.insert(0, PROPOSE)
        return tuple(may)

    def choice(self, form: Form) -> str:
        """Return what was chosen; empty: nothing, or what cannot be."""
        return form[self.name] if form[self.name] in self.choices else ""

    def decision(self, form: Form) -> Json:
        """Return the decision as the API takes it."""
        subject = "delegation_id" if self.delegation_id else "grant_id"
        return {subject: self.name[2:], "decision": self.choice(form)}

    def was_confirmed_since(self, moment: datetime) -> bool:
        """Return whether a review has confirmed all of it since then."""
        at = [each["confirmed_at"] for each in self.items]
        return all(each and datetime.fromisoformat(each) >= moment for each in at)


def rows_of(found: Json) -> list[Row]:
    """Return the rows of a page of the API's review."""
    left = frozenset(id_ for each in found["departures"] for id_ in each["delegation_ids"])
    together: dict[str, list[Json]] = {}
    for item in found["items"]:
        key = item["delegation_id"] or item["grant"]["id"]
        together.setdefault(key, []).append(item)
    return [Row.of(items, left) for items in together.values()]
