"""Meaning of the register's codes: roles, legal forms, statuses. One table each."""

from collections.abc import Set as AbstractSet
from typing import NamedTuple

from domain.registry.register import Capacity, CompanyStatus

_FIE = frozenset({"FIE"})
_BRANCH = frozenset({"FIL", "FA"})
_AGENCY = frozenset({"TRAS", "KOVAS"})
_ANY: frozenset[str] = frozenset()


class Role(NamedTuple):
    """One role code, the capacity that it gives, and the source of that knowledge."""

    code: str
    meaning: str
    capacity: Capacity
    source: str
    forms: frozenset[str] = _ANY
    """The only legal forms in which the role gives it. Empty: every form but FIE."""


# Sources. RULE: the normal rule that the register itself prints for the role. LAW: Commercial
# Code, and RIA's TARA, which trusts the register's sole right in these roles. NAME: the role's
# own name in the register's classifier, read cautiously. OPEN: the classifier's name leaves it
# open (depends on a court's order, on the form's own rule, or on a second representative), so it
# confers nothing here and a person has to decide.
_RULE, _LAW, _NAME, _OPEN = "register's normal rule", "law", "role's name", "open: manual"
_NONE = Capacity.NONE

_TABLE = (
    Role("JUHL", "board member", Capacity.BOARD, _RULE),
    Role("JUHA", "sole board member", Capacity.BOARD, _LAW),
    Role("JUHE", "chair of the board", Capacity.BOARD, _LAW),
    Role("JUHJ", "board member, manager", Capacity.BOARD, _LAW),
    Role("TOSAN", "general partner", Capacity.PARTNER, _RULE),
    Role("EUSOS", "limited partner authorised to represent", Capacity.PARTNER, _NAME),
    Role("EUSOS2", "limited partner authorised to represent", Capacity.PARTNER, _NAME),
    Role("UOSAN", "limited partner", _NONE, _LAW),
    Role("PROK", "procurator", Capacity.PROCURIST, _RULE),
    Role("LIKV", "liquidator", Capacity.LIQUIDATOR, _LAW),
    Role("LIKVJ", "liquidator from the board", Capacity.LIQUIDATOR, _LAW),
    Role("PANKR", "trustee in bankruptcy", Capacity.TRUSTEE, _LAW),
    Role("AJPH", "interim trustee as liquidator", _NONE, _OPEN),
    Role("AJUTPH", "interim trustee", _NONE, _OPEN),
    Role("JPNKR", "supervising trustee", _NONE, _OPEN),
    Role("MORAH", "moratorium administrator", _NONE, _OPEN),
    Role("ERIH", "special-regime administrator", _NONE, _OPEN),
    Role("FIE", "sole trader", Capacity.SOLE_TRADER, _LAW, _FIE),
    Role("ETTEV", "entrepreneur", Capacity.SOLE_TRADER, _NAME, _FIE),
    Role("VFILJ", "branch manager", Capacity.BOARD, _LAW, _BRANCH),
    Role("ASES", "entitled to represent an agency", Capacity.BOARD, _NAME, _AGENCY),
    Role("ESIS", "entitled to represent", Capacity.BOARD, _NAME),
    Role("ESIS2", "entitled to represent", Capacity.BOARD, _NAME),
    Role("ESOI", "entitled to represent", Capacity.BOARD, _NAME),
    Role("SJESI", "statutory representative, itself often a legal person", _NONE, _OPEN),
    Role("VALIT", "property manager of an apartment association", _NONE, _OPEN),
    Role("HNKL", "member of an administrative board (SE)", _NONE, _OPEN),
    Role("V", "authorised person", _NONE, _OPEN),
    Role("E", "chair of the supervisory board", _NONE, _LAW),
    Role("N", "member of the supervisory board", _NONE, _LAW),
    Role("O", "owner or shareholder", _NONE, _LAW),
    Role("OSAN", "shareholder on the card", _NONE, _LAW),
    Role("W", "beneficial owner", _NONE, _LAW),
    Role("HUL", "member of a building association", _NONE, _NAME),
    Role("H", "member of a building association, the code before HUL", _NONE, _NAME),
    *(
        Role(code, "owner, founder or member", _NONE, _NAME)
        for code in ("S", "A", "B", "L", "YHL", "YHLLV")
    ),
    Role("ARP", "keeper of the share register", _NONE, _NAME),
    Role("ORP", "keeper of the shareholders' register", _NONE, _NAME),
    Role("DOKH", "keeper of documents", _NONE, _NAME),
    Role("KISIK", "contact person", _NONE, _NAME),
    Role("MDKPI", "service agent", _NONE, _NAME),
    Role("PANTP", "pledgee", _NONE, _NAME),
    Role("KOAS", "superior agency", _NONE, _NAME),
    *(
        Role(code, "auditor, service or register function", _NONE, _NAME)
        for code in ("TVH", "YFI", "D", "M", "R", "J", "P", "K", "FV")
    ),
)
ROLES = {role.code: role for role in _TABLE}

ALLOWED_FORMS = frozenset({"TÜ", "UÜ", "OÜ", "AS", "TÜH", "SA", "MTÜ", "FIE"})
"""Where the register's entry is enough: TARA's seven, and FIE for its own holder."""

KNOWN_FORMS = ALLOWED_FORMS | frozenset(
    {"KÜ", "MPÜ", "FIL", "FA", "SE", "SCE", "EMÜ", "TKR", "KOVAS", "TRAS", "AVOIG", "ERAK", "AMETÜ"}
)

STATUSES = {
    "R": CompanyStatus.ACTIVE,
    "L": CompanyStatus.LIQUIDATION,
    "N": CompanyStatus.BANKRUPT,
    "K": CompanyStatus.DELETED,
}


def capacity_of(role: str, legal_form: str) -> Capacity:
    """Return the capacity that ``role`` gives in a company of ``legal_form``.

    A code outside the table is UNKNOWN in every form. In a sole trader's business nobody but the
    trader acts, and a trader's role in a company means nothing.
    """
    known = ROLES.get(role)
    if known is None:
        return Capacity.UNKNOWN
    return known.capacity if _counts(known.forms, legal_form) else Capacity.NONE


def _counts(forms: AbstractSet[str], legal_form: str) -> bool:
    return legal_form in forms if forms else legal_form not in _FIE
