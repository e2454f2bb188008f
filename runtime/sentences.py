"""Sentences about access, from the messages ``sentence.*``: what there is, until when, and why.

Made when they are read, since they name people; nothing of them is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.access.grants import Grant, Origin
from domain.access.permissions import Permission, Role
from domain.days import day_of
from domain.delegations.basis import BasisKind
from domain.delegations.chains import Link
from domain.numbers.sms_texts import Language
from domain.registry.register import Capacity
from runtime.texts import day_text, reason_text, text


@dataclass(frozen=True, slots=True)
class Holder:
    """The person who has a grant, as the reader may know them."""

    name: str
    """Empty: unknown, or not for the reader."""
    capacity: Capacity | None = None
    """By the register, where the grant follows from it."""


_OWN = {
    "own_account": "sentence.own_account",
    "own_number_verified": "sentence.own_number_verified",
    "number_verified": "sentence.number_verified",
}
"""Sentences of other reasons that concern the person, by the reason's code."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences in one language, with the days of one time zone."""

    language: Language
    zone: ZoneInfo

    def delegated(self, chain: Sequence[Link], permission: Permission | None = None) -> str:
        """Say through when a delegation gives something, and on whose authority.

        ``chain`` has at least one link; ``permission``: what it is about, None: access.
        """
        own = chain[0]
        said = {"through": self._day(own.through_day), "why": self._why(chain)}
        if permission is None:
            return self._text("sentence.access", **said | {"from": self._day(own.from_day)})
        named = text(f"permission.{permission}", self.language)
        if self.language is Language.ENGLISH:
            named = named[0].lower() + named[1:]
        return self._text("sentence.permission", permission=named, **said)

    def of_grant(self, grant: Grant, holder: Holder) -> str:
        """Say why there is a grant that is no delegated one."""
        reason, name = grant.reason, holder.name or self._text("sentence.holder")
        if grant.origin is Origin.REGISTER and grant.as_of is not None:
            alone = grant.role == Role.ADMINISTRATOR
            return self._text(
                "sentence.register_alone" if alone else "sentence.register_together",
                name=name,
                capacity=self._capacity(holder.capacity),
                as_of=self._day_of(grant.as_of),
            )
        if own := _OWN.get(reason.code):
            return self._text(own, name=name, day=self._day_of(grant.since))
        return reason_text(reason.code, reason.text, reason.facts, self.language)

    def _why(self, chain: Sequence[Link]) -> str:
        link, *above = chain
        day, giver = self._day(link.given_on), self._giver(link)
        if link.basis is BasisKind.IMPORTED:
            return self._text("sentence.imported", day=day)
        if not above:
            return self._text("sentence.given", day=day, giver=giver)
        return self._text("sentence.passed_on", day=day, giver=giver, above=self._why(above))

    def _giver(self, link: Link) -> str:
        known = link.giver.name if link.giver else None
        name = known or self._text(f"sentence.giver.{link.basis}")
        if link.basis is BasisKind.JOINT:
            return self._group(name, link) if known else name
        if link.representation is not None:
            as_of = link.representation.as_of
            return self._text(
                "sentence.representative" if as_of else "sentence.representative_undated",
                name=name,
                capacity=self._capacity(link.representation.capacity),
                as_of=self._day_of(as_of) if as_of else "",
            )
        if link.basis is BasisKind.OWNER and known:
            return self._text("sentence.owner", name=name)
        return name

    def _group(self, name: str, link: Link) -> str:
        """Name those who confirmed it together, with the register's date."""
        others = ", ".join(each.name for each in link.together_with if each.name)
        as_of = link.representation.as_of if link.representation else None
        if not others or as_of is None:
            return name
        as_of_day = self._day_of(as_of)
        return self._text("sentence.representatives", name=name, others=others, as_of=as_of_day)

    def _capacity(self, capacity: Capacity | None) -> str:
        return self._text(f"state.capacity.{capacity or Capacity.UNKNOWN}")

    def _text(self, id_: str, /, **values: str) -> str:
        return text(id_, self.language, **values)

    def _day(self, day: date) -> str:
        return day_text(day, self.language)

    def _day_of(self, moment: datetime) -> str:
        return self._day(day_of(moment, self.zone))
