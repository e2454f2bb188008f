"""Read one company of an ``esindus_v2`` answer into a register state."""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from stdnum.ee import registrikood

from domain.identifiers import CompanyKey, InvalidIdentifier, PersonKey
from domain.registry.register import (
    Capacity,
    CompanyStatus,
    Defect,
    Holder,
    RegisterState,
    RegisterUnknown,
    UnreadableKey,
)
from domain.visible_text import made_visible
from registry_sync.estonia.codes import KNOWN_FORMS, STATUSES, capacity_of
from registry_sync.estonia.countries import ALPHA_2
from registry_sync.estonia.soap import children, listed, required, required_child, text

SERVICE = "ee-esindus-v2"
TALLINN = ZoneInfo("Europe/Tallinn")
_SOLE = {"JAH": True, "EI": False}
_NO_ROLE = "?"
_LONGEST_CONDITIONS = 4000
"""Characters that are kept: special conditions are a sentence or two each."""
_ROLE = re.compile(r"[A-ZÄÖÕÜ][A-Z0-9ÄÖÕÜ]{0,7}")


class RepresentationReader:
    """Reads companies; entries without a usable code or role stay, and are reported once each.

    ``reject`` is called with the key ``<registry code>/<role>``: enough to find the entry again,
    and nothing personal.
    """

    def __init__(self, allowed_forms: Collection[str], reject: Callable[[Defect], None]) -> None:
        self._allowed_forms = allowed_forms
        self._reject = reject

    def state(self, item: Element, as_of: datetime) -> RegisterState:
        """Read ``item`` of ``ettevotjad``. Raises RegisterUnknown where it says too little."""
        company = company_of(item)
        form = required(item, "oiguslik_vorm")
        if form not in KNOWN_FORMS:
            raise RegisterUnknown("legal_form_unknown", company.code, retry=False)
        entries = _Entries(company, form, as_of.astimezone(TALLINN).date())
        holders = entries.holders(listed(required_child(item, "isikud"), "item"))
        groups, unreadable = _groups(entries, item)
        conditions = _conditions(item)
        for defect in entries.defects:
            self._reject(defect)
        return RegisterState(
            company,
            name=made_visible(text(item, "arinimi")),
            status=_status(item, company),
            legal_form=form,
            form_confers=form in self._allowed_forms,
            holders=holders,
            groups=groups,
            opaque=unreadable or (bool(conditions) and not groups),
            signing_rule_text=conditions,
            as_of=as_of,
            register_service=SERVICE,
        )


def company_of(item: Element) -> CompanyKey:
    """Return the company that ``item`` is about. Raises RegisterUnknown."""
    try:
        return CompanyKey.of("EE", required(item, "ariregistri_kood"))
    except InvalidIdentifier:
        raise RegisterUnknown("registry_code_invalid") from None


class _Entries:
    """Reads the persons of one company, and collects the defects of their entries."""

    def __init__(self, company: CompanyKey, form: str, today: date) -> None:
        self._company = company
        self._form = form
        self._today = today
        # A dict keeps the order; an entry of a group is read again as a member of it.
        self.defects: dict[Defect, None] = {}

    def holders(self, items: list[Element]) -> tuple[Holder, ...]:
        """Return one holder per entry; equal entries are one."""
        return tuple(dict.fromkeys(self._holder(item) for item in items))

    def _holder(self, item: Element) -> Holder:
        role, capacity = self._role(item)
        names = (text(item, "fyysilise_isiku_eesnimi"), text(item, "fyysilise_isiku_perenimi"))
        key = self._key(item, role)
        return Holder(
            person=key if isinstance(key, PersonKey) else None,
            name=made_visible(" ".join(filter(None, names))),
            role=role,
            capacity=capacity,
            acts_alone=_SOLE.get(text(item, "ainuesindusoigus_olemas")),
            unreadable=key if isinstance(key, UnreadableKey) else None,
        )

    def _role(self, item: Element) -> tuple[str, Capacity]:
        code = text(item, "fyysilise_isiku_roll")
        if not code:
            self._report(_NO_ROLE, "role_missing", "the entry has no role")
            return _NO_ROLE, Capacity.UNKNOWN
        role = code if _ROLE.fullmatch(code) else _NO_ROLE
        capacity = capacity_of(role, self._form)
        if capacity is Capacity.UNKNOWN:
            self._report(role, "role_unknown", "the role is in no table")
        return role, capacity

    def _key(self, item: Element, role: str) -> PersonKey | UnreadableKey | None:
        code, kind = text(item, "fyysilise_isiku_kood"), _kind(item)
        if kind is _Kind.LEGAL:
            return None
        country = ALPHA_2.get(text(item, "isikukood_riik"))
        if not code:
            return self._without_code(country, role)
        if kind is _Kind.EITHER:
            return UnreadableKey(country, code)
        if country is None:
            self._report(role, "person_country_unknown", "the code's country is in no table")
            return UnreadableKey(None, code)
        try:
            return PersonKey.of(country, code, today=self._today)
        except InvalidIdentifier as error:
            self._report(role, "person_code_invalid", str(error))
            return UnreadableKey(country, None)

    def _without_code(self, country: str | None, role: str) -> UnreadableKey | None:
        if country != "EE":
            return None  # nothing is wrong: many people from abroad have no code
        # Each person in Estonia's population register has one, so here it was lost on the way.
        self._report(role, "person_code_missing", "an Estonian's entry has no code")
        return UnreadableKey(country, None)

    def _report(self, role: str, code: str, detail: str) -> None:
        self.defects[Defect(f"{self._company.code}/{role}", code, detail)] = None


class _Kind(Enum):
    NATURAL = "F"
    LEGAL = "J"
    EITHER = "?"


def _kind(item: Element) -> _Kind:
    """Return the kind of person: by ``isiku_liik``, else by name and code."""
    if text(item, "isiku_liik") in {_Kind.NATURAL.value, _Kind.LEGAL.value}:
        return _Kind(text(item, "isiku_liik"))
    if text(item, "isikukood_riik") in {"EST", ""}:
        legal = registrikood.is_valid(text(item, "fyysilise_isiku_kood"))
        return _Kind.LEGAL if legal else _Kind.NATURAL
    # A company from abroad, or a person from abroad who has one name only.
    return _Kind.NATURAL if text(item, "fyysilise_isiku_eesnimi") else _Kind.EITHER


def _groups(entries: _Entries, item: Element) -> tuple[tuple[tuple[Holder, ...], ...], bool]:
    """Return the holders who act together, and whether a group could not be read."""
    read = [
        entries.holders(listed(group, "item", "grupi_nr"))
        for group in children(item, "esindusoiguse_grupid", "grupp")
    ]
    groups = tuple(dict.fromkeys(group for group in read if _people(group) > 1))
    return groups, any(_people(group) < 2 for group in read)


def _people(group: tuple[Holder, ...]) -> int:
    return len({holder.person or holder.name for holder in group})


def _conditions(item: Element) -> str:
    """Return the special conditions, a line each. What is cut off still counts, by its hash."""
    elements = children(item, "esindusoiguse_eritingimused")
    parts = (" ".join(part.split()) for each in elements for part in each.itertext())
    words = "\n".join(sorted(made_visible(part) for part in parts if part))
    if len(words) <= _LONGEST_CONDITIONS:
        return words
    return f"{words[:_LONGEST_CONDITIONS]}… (SHA-256 {sha256(words.encode()).hexdigest()})"


def _status(item: Element, company: CompanyKey) -> CompanyStatus:
    status = STATUSES.get(required(item, "staatus"))
    if status is None:
        raise RegisterUnknown("status_unknown", company.code, retry=False)
    return status
