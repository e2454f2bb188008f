"""A person's entries in a register state: picked out, and pseudonymised."""

from collections.abc import Callable
from dataclasses import replace

from domain.identifiers import CompanyKey, PersonKey
from domain.registry.register import Capacity, Holder, RegisterState, UnreadableKey


def is_entry_of(holder: Holder, person: PersonKey) -> bool:
    """Return whether the entry bears this person's code, be it readable as a whole or not."""
    if holder.person is not None:
        return holder.person == person
    return holder.unreadable is not None and holder.unreadable.has_code_of(person)


def names_person(state: RegisterState, person: PersonKey) -> bool:
    """Return whether any entry of the state is this person's."""
    return any(is_entry_of(entry, person) for entry in _entries(state))


def names_of(state: RegisterState, person: PersonKey) -> set[str]:
    """Return the names that the state gives this person."""
    return {each.name for each in _entries(state) if is_entry_of(each, person)} - {""}


def is_sole_trader(state: RegisterState, person: PersonKey) -> bool:
    """Return whether the company is this person: its name and registry code are theirs."""
    return any(
        each.capacity is Capacity.SOLE_TRADER and is_entry_of(each, person)
        for each in _entries(state)
    )


def own_part(state: RegisterState, person: PersonKey) -> RegisterState:
    """Return the state without the entries of other people, and words about them."""
    own = _with_entries(state, lambda entry: entry if is_entry_of(entry, person) else None)
    return replace(own, signing_rule_text="")


def pseudonymised(
    state: RegisterState, person: PersonKey, pseudonym: PersonKey, company: CompanyKey | None
) -> RegisterState:
    """Return the state with the person's entries under a pseudonym and without their names.

    The words of the signing rule, which may name them, go as a whole. What the entries say of
    representation stays: why somebody had access can still be explained. ``company``: pseudonym of
    the company, if the person is its sole trader; its name goes too.
    """

    def hidden(entry: Holder) -> Holder:
        if not is_entry_of(entry, person):
            return entry
        if entry.unreadable is None:
            return replace(entry, person=pseudonym, name="")
        key = UnreadableKey(pseudonym.country, pseudonym.code)
        return replace(entry, unreadable=key, name="")

    changed = replace(_with_entries(state, hidden), signing_rule_text="")
    return replace(changed, company=company, name="") if company else changed


def _entries(state: RegisterState) -> tuple[Holder, ...]:
    return (*state.holders, *(entry for group in state.groups for entry in group))


def _with_entries(state: RegisterState, change: Callable[[Holder], Holder | None]) -> RegisterState:
    def changed(entries: tuple[Holder, ...]) -> tuple[Holder, ...]:
        return tuple(new for entry in entries if (new := change(entry)) is not None)

    groups = tuple(group for each in state.groups if (group := changed(each)))
    return replace(state, holders=changed(state.holders), groups=groups)
