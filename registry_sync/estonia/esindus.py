"""Port ``Register`` for Estonia: queries by company and by person, and the list of changes."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Final
from xml.etree.ElementTree import Element

from domain.identifiers import CompanyKey, PersonKey
from domain.registry.register import (
    Absent,
    Appointment,
    BudgetSpent,
    Changes,
    CompanyStatus,
    Defect,
    RegisterState,
    RegisterUnknown,
)
from registry_sync.estonia import change_list
from registry_sync.estonia.codes import ALLOWED_FORMS
from registry_sync.estonia.countries import spellings
from registry_sync.estonia.representation import TALLINN, RepresentationReader, company_of
from registry_sync.estonia.soap import SoapService, children, listed, required_child

OPERATION = "esindus_v2"
CANARY: Final = CompanyKey("EE", "70000310")
"""RIK itself, always in its own register: a contract of the wrong type does not see even it."""


class EstonianRegister:
    """The Commercial Register. One HTTP query per call, two where an answer is empty.

    More for people whose country or code has several spellings.

    ``clock`` gives aware datetimes; ``reject`` is called with entries that could not be used.
    """

    country: str = "EE"

    def __init__(
        self,
        soap: SoapService,
        clock: Callable[[], datetime],
        reject: Callable[[Defect], None],
        allowed_forms: Collection[str] = ALLOWED_FORMS,
    ) -> None:
        self._soap = soap
        self._clock = clock
        self._reject = reject
        self._reader = RepresentationReader(allowed_forms, reject)

    def state(self, company: CompanyKey) -> RegisterState | Absent:
        """Return the company now, ``as_of`` the moment before the query. Raises RegisterUnknown.

        Absent, and a living company without any holder, only once the canary has answered.
        """
        if company.country != self.country:
            raise RegisterUnknown("not_supported", company.country, retry=False)
        queried_at = self._clock()
        items = self._items(("ariregistri_kood", company.code))
        if not items:
            self._prove_it_answers(company)
            return Absent(company, queried_at)
        if any(company_of(item) != company for item in items):
            raise RegisterUnknown("answer_about_another", company.code)
        states = {self._reader.state(item, queried_at) for item in items}
        if len(states) > 1:
            raise RegisterUnknown("answer_contradictory", company.code)
        (state,) = states
        if not state.holders and state.status is not CompanyStatus.DELETED:
            self._prove_it_answers(company)
        return state

    def companies_of(self, person: PersonKey) -> Sequence[Appointment]:
        """Return where the person is a holder, by the person's entries. Raises RegisterUnknown.

        A company that cannot be read is rejected and left out, so that it does not stand in the
        way of the others: that one is missing here ends nothing, only its own state can.
        """
        queried_at = self._clock()
        items = self._items_of(person)
        if not items:
            self._prove_it_answers(None)
        found: dict[CompanyKey, Appointment] = {}
        trouble = None
        for number, item in enumerate(items, 1):
            try:
                appointment = _appointment(person, self._reader.state(item, queried_at))
            except RegisterUnknown as unknown:
                self._reject(Defect(_key(item, number), unknown.code, unknown.detail))
                trouble = unknown
                continue
            found[appointment.company] = _merged(found.get(appointment.company), appointment)
        if trouble is not None and not found:
            raise trouble
        return list(found.values())

    def changed_since(self, cursor: str | None) -> Changes:
        """Return companies on the change lists since ``cursor``, and on those of two days before.

        One query a day. The new cursor is the last day that was over (Estonia's time) when it
        was read. May repeat a change under the same mark. Raises RegisterUnknown.
        """
        today = self._clock().astimezone(TALLINN).date()
        days = change_list.days_to_read(cursor, today)
        changes = []
        for day in days:
            answer = self._soap.query(change_list.OPERATION, ("kuupaev", day.isoformat()))
            changes += change_list.changes_on(day, answer, self._reject)
        if not changes:
            self._prove_it_answers(None)
        return Changes(changes, change_list.cursor_after(days, today))

    def _items_of(self, person: PersonKey) -> list[Element]:
        """Query under each spelling of country and code: an entry's own cannot be known."""
        countries = spellings(person.country)
        if not countries:
            raise RegisterUnknown("person_country_unknown", retry=False)
        return [
            item
            for country, code in product(countries, person.spellings())
            for item in self._items(
                ("fyysilise_isiku_kood", code), ("fyysilise_isiku_koodi_riik", country)
            )
        ]

    def _items(self, *fields: tuple[str, str]) -> list[Element]:
        answer = self._soap.query(OPERATION, *fields)
        return listed(required_child(answer, "ettevotjad"), "item")

    def _prove_it_answers(self, asked: CompanyKey | None) -> None:
        """Raise RegisterUnknown unless the register still knows the canary and its holders."""
        if asked == CANARY or not self._knows_canary():
            raise RegisterUnknown("empty_answer_unproven")

    def _knows_canary(self) -> bool:
        try:
            items = self._items(("ariregistri_kood", CANARY.code))
            return any(company_of(i) == CANARY and children(i, "isikud", "item") for i in items)
        except BudgetSpent:
            raise
        except RegisterUnknown:
            return False


def _appointment(person: PersonKey, state: RegisterState) -> Appointment:
    own = tuple(holder for holder in state.holders if holder.person == person)
    if any(h.unreadable and h.unreadable.could_be(person) for h in state.holders) and not own:
        raise RegisterUnknown("holder_unreadable", state.company.code, retry=False)
    if not own:
        raise RegisterUnknown("answer_about_another", state.company.code)
    return Appointment(state.company, state.name, state.status, state.form_confers, own)


def _merged(known: Appointment | None, more: Appointment) -> Appointment:
    if known is None:
        return more
    return replace(more, holders=tuple(dict.fromkeys((*known.holders, *more.holders))))


def _key(item: Element, number: int) -> str:
    try:
        return company_of(item).code
    except RegisterUnknown:
        return f"company {number} of an answer about a person"
