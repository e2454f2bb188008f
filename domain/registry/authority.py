"""Rules on who may act for a company, by its register state.

Sources: Commercial Code (äriseadustik) and its neighbours: each board member represents alone
unless joint representation is on the card; in liquidation the liquidator acts and the board does
not; in bankruptcy the trustee acts. RIA's state login (TARA) decides by the same four conditions:
person, sole right, status and legal form, all in one entry.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from domain.identifiers import PersonKey
from domain.reasons import Reason
from domain.registry.register import (
    Capacity,
    CompanyStatus,
    Holder,
    RegisterState,
    UnreadableKey,
)


class AuthorityKind(StrEnum):
    """Reach of a person's authority."""

    SOLE = "sole"
    TOGETHER = "together"
    """In a group: also in one that cannot be filled here (``domain.approvals.quorum``)."""
    NONE = "none"
    UNKNOWN = "unknown"
    """Cannot be read: starts nothing and ends nothing."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Authority of one person over one company, and the reason."""

    kind: AuthorityKind
    reason: Reason
    together_with: tuple[PersonKey, ...] = ()
    """Everyone this person can act with. Empty unless ``kind`` is TOGETHER."""


ACTING: dict[CompanyStatus, frozenset[Capacity]] = {
    CompanyStatus.ACTIVE: frozenset(
        {Capacity.BOARD, Capacity.PARTNER, Capacity.PROCURIST, Capacity.SOLE_TRADER}
    ),
    CompanyStatus.LIQUIDATION: frozenset({Capacity.LIQUIDATOR}),
    CompanyStatus.BANKRUPT: frozenset({Capacity.TRUSTEE}),
    CompanyStatus.DELETED: frozenset(),
}
"""Capacities that represent a company at each stage of its life."""

_SIDELINED: dict[CompanyStatus, Reason] = {
    CompanyStatus.ACTIVE: Reason(
        "role_confers_nothing", "This role does not represent the company"
    ),
    CompanyStatus.LIQUIDATION: Reason(
        "company_in_liquidation", "The company is in liquidation: only its liquidator acts"
    ),
    CompanyStatus.BANKRUPT: Reason(
        "company_bankrupt", "The company is bankrupt: only its trustee acts"
    ),
    CompanyStatus.DELETED: Reason("company_deleted", "The company is deleted from the register"),
}
NOT_A_HOLDER = Reason("not_in_register", "The register names no such person for this company")

MAYBE_A_HOLDER = Reason(
    "holder_unreadable", "The register names a holder by a code that cannot be read"
)
NOBODY = Authority(AuthorityKind.NONE, NOT_A_HOLDER)


def authority_of(person: PersonKey, state: RegisterState) -> Authority:
    """Return the farthest-reaching authority that any entry of this person gives."""
    entries = [holder for holder in state.holders if holder.person == person]
    if state.status is CompanyStatus.DELETED:
        return Authority(AuthorityKind.NONE, _SIDELINED[state.status])
    if not entries:
        return _hidden(state, lambda key: key.could_be(person)) or NOBODY
    if refused := state_refusal(state):
        return Authority(AuthorityKind.NONE, refused)
    acting = [entry for entry in entries if entry.capacity in ACTING[state.status]]
    return (
        _sole(acting, state)
        or _unknown(entries, acting)
        or _hidden(state, lambda key: key.has_code_of(person))
        or _together(person, acting, state)
        or _none(entries, acting, state)
    )


def state_refusal(state: RegisterState) -> Reason | None:
    """Return why nobody may act for a company in this state, whoever they are."""
    if state.status is CompanyStatus.DELETED:
        return _SIDELINED[state.status]
    if not state.form_confers:
        text = "A company of this legal form is not represented here by its register entry"
        return Reason("legal_form_not_allowed", text, {"legal_form": state.legal_form})
    return None


def is_group(group: Iterable[Holder]) -> bool:
    """Return whether a group of a register state has members who act together: two or more.

    One person's two entries are no group, and a group of one gives no right to act alone.
    """
    return len({member.person or member.name for member in group}) > 1


def sole_entry(entries: Iterable[Holder], status: CompanyStatus) -> Holder | None:
    """Return the entry, of one person's, that lets them represent the company alone."""
    alone = (each for each in entries if each.acts_alone and each.capacity in ACTING[status])
    return min(alone, key=lambda holder: holder.role, default=None)


def _sole(entries: Iterable[Holder], state: RegisterState) -> Authority | None:
    entry = sole_entry(entries, state.status)
    if entry is None:
        return None
    text = "May represent the company alone, says the register"
    facts = {"role": entry.role, "status": state.status.value}
    return Authority(AuthorityKind.SOLE, Reason("sole_representation", text, facts))


def _together(person: PersonKey, acting: list[Holder], state: RegisterState) -> Authority | None:
    counts = ACTING[state.status]
    groups = [
        group
        for group in state.groups
        if is_group(group) and any(h.person == person and h.capacity in counts for h in group)
    ]
    if not acting or not groups:
        return None
    others = {h.person for group in groups for h in group if h.person is not None} - {person}
    text = "May represent the company only together with others, says the register"
    facts = {"role": acting[0].role, "groups": len(groups)}
    reason = Reason("joint_representation", text, facts)
    return Authority(AuthorityKind.TOGETHER, reason, tuple(sorted(others)))


def _unknown(entries: list[Holder], acting: list[Holder]) -> Authority | None:
    unread = [entry for entry in acting if entry.acts_alone is None]
    strange = [entry for entry in entries if entry.capacity is Capacity.UNKNOWN]
    for entry in unread + strange:
        text = "The register's entry could not be read, so nothing follows from it"
        return Authority(
            AuthorityKind.UNKNOWN, Reason("entry_unreadable", text, {"role": entry.role})
        )
    return None


def _hidden(state: RegisterState, could: Callable[[UnreadableKey], bool]) -> Authority | None:
    """Return UNKNOWN if an entry with an unreadable key may act, and ``could`` be the person's.

    An entry of the supervisory board gives nobody authority, so it hides nobody's.
    """
    may_act = ACTING[state.status] | {Capacity.UNKNOWN} if state.form_confers else frozenset()
    for entry in chain(state.holders, *state.groups):
        if entry.unreadable and entry.capacity in may_act and could(entry.unreadable):
            return Authority(AuthorityKind.UNKNOWN, MAYBE_A_HOLDER)
    return None


def _none(entries: list[Holder], acting: list[Holder], state: RegisterState) -> Authority:
    facts = {"role": entries[0].role, "status": state.status.value}
    if acting and state.opaque:
        text = "May not act alone, and the conditions of acting together cannot be read by machine"
        return Authority(AuthorityKind.NONE, Reason("signing_rule_opaque", text, facts))
    if acting:
        text = "May not act alone, and the register names nobody to act with"
        return Authority(AuthorityKind.NONE, Reason("no_sole_right", text, facts))
    sidelined = _SIDELINED[state.status]
    return Authority(AuthorityKind.NONE, Reason(sidelined.code, sidelined.text, facts))
