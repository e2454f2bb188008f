"""A person's entries in a register state are theirs alone, and can be pseudonymised."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.identifiers import CompanyKey, PersonKey
from domain.people import register_entries
from domain.people.erasure import pseudonym_of
from domain.registry.authority import authority_of
from domain.registry.register import Capacity, Holder, RegisterState
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import (
    entry,
    joint,
    procurist,
    sole,
    state,
    together,
    unreadable,
)

HIDDEN = pseudonym_of(UUID(int=9))
COMPANY = CompanyKey("--", "id")
OWN_CODE = unreadable(None, MARI.code)
TRADER = entry(MARI, "FIE", Capacity.SOLE_TRADER)
STATES = [
    pytest.param(state(sole(MARI), sole(JAAN)), id="sole"),
    pytest.param(state(procurist(MARI), joint(MARI)), id="twice"),
    pytest.param(together(MARI, JAAN), id="together"),
    pytest.param(state(OWN_CODE, sole(JAAN)), id="unreadable"),
    pytest.param(state(TRADER), id="sole-trader"),
]


@pytest.mark.parametrize("stated", STATES)
def test_fault_23_a_pseudonym_keeps_what_the_entries_say(stated: RegisterState) -> None:
    changed = register_entries.pseudonymised(stated, MARI, HIDDEN, None)

    assert MARI.code not in str(changed)
    assert not register_entries.names_person(changed, MARI)
    assert register_entries.names_of(changed, HIDDEN) == set()
    assert authority_of(HIDDEN, changed).reason == authority_of(MARI, stated).reason
    assert authority_of(JAAN, changed).reason == authority_of(JAAN, stated).reason


@pytest.mark.parametrize("stated", STATES)
def test_fault_23_the_persons_own_entries_exclude_other_people(stated: RegisterState) -> None:
    own = register_entries.own_part(stated, MARI)

    assert JAAN.code not in str(own)
    assert register_entries.names_person(own, MARI)
    assert register_entries.own_part(stated, TIIU).holders == ()


def test_fault_23_a_sole_traders_company_loses_name_and_code() -> None:
    stated = state(TRADER)

    changed = register_entries.pseudonymised(stated, MARI, HIDDEN, COMPANY)

    assert register_entries.is_sole_trader(stated, MARI)
    assert not register_entries.is_sole_trader(state(sole(MARI)), MARI)
    assert (changed.company, changed.name) == (COMPANY, "")


@pytest.mark.parametrize(
    "holder",
    [
        pytest.param(sole(JAAN), id="somebody-else"),
        pytest.param(replace(sole(MARI), person=PersonKey("LV", MARI.code)), id="another-country"),
        pytest.param(unreadable("EE"), id="no-code"),
        pytest.param(entry(None, name="Mari Maasikas"), id="only-a-name"),
    ],
)
def test_fault_23_what_may_be_somebody_elses_entry_stays(holder: Holder) -> None:
    stated = state(holder)

    assert register_entries.pseudonymised(stated, MARI, HIDDEN, None) == stated
