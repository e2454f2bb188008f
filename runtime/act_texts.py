"""Acts as people read them before they confirm, from the messages ``act.KIND.vVERSION``.

Rendered whenever they are read, since they name people; nothing of them is stored. A message here
never changes once somebody may have confirmed by it: another text is another version of the kind
(``domain.approvals.templates``), made of parts of which those that differ have another version too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.access.permissions import Permission
from domain.approvals.acts import ActKind
from domain.delegations.terms import COMPOSED, Terms
from domain.numbers.sms_texts import Language
from domain.visible_text import made_visible
from runtime import (
    contract_act_texts,
    contract_goes_on_texts,
    number_act_texts,
    order_act_texts,
)
from runtime.contract_act_texts import ContractEndFacts, ContractFacts
from runtime.contract_goes_on_texts import ContractGoesOnFacts
from runtime.number_act_texts import NumberFacts
from runtime.order_act_texts import OrderFacts
from runtime.texts import day_text, text


@dataclass(frozen=True, slots=True)
class GivenAccess:
    """What somebody is given, with the names that the reader may know."""

    receiver: str
    """A name, or a country and personal code as they were typed."""
    terms: Terms
    services: tuple[str, ...] = ()
    """Labels of the services of ``terms``; none: the whole account."""


@dataclass(frozen=True, slots=True)
class ActFacts:
    """What an act's text says, looked up by the ids of the act."""

    account: str
    given: tuple[GivenAccess, ...]
    """One; of ``delegations_keep`` each that stays."""
    before: GivenAccess | None = None
    """Of ``delegation_renew``: what is in force so far."""


Facts = ActFacts | OrderFacts | NumberFacts | ContractFacts | ContractEndFacts | ContractGoesOnFacts


def act_text(kind: ActKind, version: int, facts: Facts, language: Language) -> str:
    """Return what happens when an act is carried out, in several lines.

    Raises KeyError for a version that is not known.
    """
    if isinstance(facts, NumberFacts):
        return number_act_texts.RENDERERS[version](facts, language)
    if isinstance(facts, OrderFacts):
        return order_act_texts.RENDERERS[version](facts, language)
    if isinstance(facts, ContractEndFacts):
        return contract_act_texts.END_RENDERERS[version](facts, language)
    if isinstance(facts, ContractGoesOnFacts):
        return contract_goes_on_texts.RENDERERS[version](facts, language)
    if isinstance(facts, ContractFacts):
        return contract_act_texts.START_RENDERERS[version](facts, language)
    return _RENDERERS[kind, version](facts, _Words(language))


@dataclass(frozen=True, slots=True)
class _Words:
    """Values of placeholders in one language. No name can break a line, or hide what follows it."""

    language: Language

    def say(self, id_: str, /, **values: str) -> str:
        return text(id_, self.language, **values)

    def permissions(self, permissions: Iterable[Permission]) -> str:
        return ", ".join(self.say(f"permission.{each}") for each in sorted(permissions))

    def of(self, given: GivenAccess) -> Mapping[str, str]:
        """Return the values that say what is given."""
        terms = given.terms
        return {
            "receiver": made_visible(given.receiver),
            "what": self._what(terms),
            "where": self._where(given),
            "from": self._day(terms.from_day),
            "through": self._day(terms.through_day),
            "pass_on": self._pass_on(terms),
        }

    def _what(self, terms: Terms) -> str:
        permissions = self.permissions(terms.permissions)
        if terms.role == COMPOSED:
            return permissions
        role = self.say(f"role.{terms.role}")
        return self.say("act.part.role.v1", role=role, permissions=permissions)

    def _where(self, given: GivenAccess) -> str:
        if not given.terms.service_ids:
            return self.say("act.part.whole_account.v1")
        services = ", ".join(map(made_visible, given.services))
        return self.say("act.part.services.v1", services=services)

    def _pass_on(self, terms: Terms) -> str:
        may = terms.may_pass_on
        return self.say("act.part.may_pass_on.v1" if may else "act.part.may_not_pass_on.v1")

    def _day(self, day: date) -> str:
        return day_text(day, self.language)


def _one_v1(id_: str) -> Callable[[ActFacts, _Words], str]:
    """Return what renders an act that gives one person something."""

    def render(facts: ActFacts, words: _Words) -> str:
        (given,) = facts.given
        values = words.of(given)
        return words.say(
            id_,
            receiver=values["receiver"],
            account=made_visible(facts.account),
            terms=words.say("act.part.terms.v1", **values),
            **_changes(facts, words),
        )

    return render


def _changes(facts: ActFacts, words: _Words) -> Mapping[str, str]:
    if facts.before is None:
        return {}
    (given,) = facts.given
    lines = [*_changed_v1(facts.before, given, words)]
    return {"changes": "\n".join(lines) or words.say("act.part.unchanged.v1")}


def _changed_v1(before: GivenAccess, given: GivenAccess, words: _Words) -> Iterator[str]:
    """Return a line for each thing that changes, as it was so far."""
    old, new, values = before.terms, given.terms, words.of(before)
    if added := new.permissions - old.permissions:
        yield words.say("act.part.added.v1", permissions=words.permissions(added))
    if removed := old.permissions - new.permissions:
        yield words.say("act.part.removed.v1", permissions=words.permissions(removed))
    if old.service_ids != new.service_ids:
        yield words.say("act.part.services_before.v1", where=values["where"])
    if (old.from_day, old.through_day) != (new.from_day, new.through_day):
        yield words.say("act.part.days_before.v1", **values)
    if old.may_pass_on != new.may_pass_on:
        yield words.say("act.part.pass_on_before.v1", **values)


def _keep_v1(facts: ActFacts, words: _Words) -> str:
    kept = "\n".join(words.say("act.part.kept.v1", **words.of(each)) for each in facts.given)
    return words.say("act.delegations_keep.v1", account=made_visible(facts.account), kept=kept)


_RENDERERS: Mapping[tuple[ActKind, int], Callable[[ActFacts, _Words], str]] = {
    (ActKind.DELEGATION_GIVE, 1): _one_v1("act.delegation_give.v1"),
    (ActKind.DELEGATION_RENEW, 1): _one_v1("act.delegation_renew.v1"),
    (ActKind.DELEGATIONS_KEEP, 1): _keep_v1,
    (ActKind.ACCESS_REQUEST_APPROVE, 1): _one_v1("act.access_request_approve.v1"),
}
