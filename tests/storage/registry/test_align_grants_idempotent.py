"""Access that a register state gives no reason to change stays."""

import pytest

from domain.access.grants import Origin
from domain.audit import Actor, ActorKind
from domain.registry.register import RegisterState
from storage.database import Database
from storage.parties import upsert
from storage.registry import align_grants
from storage.registry.align_grants import Alignment
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import (
    KUUSK,
    entry,
    joint,
    procurist,
    sole,
    state,
    strange,
    together,
    unreadable,
)
from tests.builders.rows import (
    BILLING,
    Held,
    account,
    ended,
    give,
    grant_ids,
    held,
    history,
    put,
    rows,
    store_states,
)

OFFICE = account(KUUSK)
SOLE = "sole_representation"


def nothing(aligned: Alignment) -> bool:
    """Return whether an alignment changed nothing."""
    return not aligned.started and not aligned.ended


def test_repeating_a_state_changes_nothing(database: Database) -> None:
    put(database, OFFICE)
    given = together(MARI, JAAN)
    store_states(database, given)
    before = (held(database), grant_ids(database), history(database))

    again = store_states(database, given)
    later = store_states(database, together(JAAN, MARI, minute=5))

    assert nothing(again)
    assert nothing(later)
    assert (held(database), grant_ids(database), history(database)) == before


def test_a_board_member_who_becomes_procurist_keeps_the_same_grant(database: Database) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))
    before = grant_ids(database)

    store_states(database, state(procurist(MARI), minute=1))

    (grant,) = rows(database, "SELECT * FROM access_grant")
    (event,) = rows(database, "SELECT * FROM event WHERE kind = 'grant:reason_changed'")
    (believed,) = rows(database, "SELECT id FROM register_state WHERE upper_inf(in_force)")
    assert [grant.id] == before
    assert grant.validity.upper is None
    assert (grant.reason["facts"]["role"], grant.proof) == ("PROK", believed.id)
    assert (event.subject_id, event.account_id) == (grant.id, OFFICE.id)
    assert event.before["reason"]["facts"]["role"] == "JUHL"
    assert event.after["reason"]["facts"]["role"] == "PROK"
    assert history(database).count("grant:started") == 1


@pytest.mark.parametrize(
    "next_said",
    [
        pytest.param(state(entry(MARI, name="Mari Uus"), minute=1), id="another-surname"),
        pytest.param(state(sole(MARI), minute=1, version="kirje 2"), id="another-kirje-id"),
        pytest.param(state(sole(MARI), sole(MARI), minute=1), id="the-entry-twice"),
        pytest.param(state(procurist(MARI), sole(MARI), minute=1), id="procurist-as-well"),
        pytest.param(state(sole(MARI), joint(JAAN), minute=1), id="a-colleague-comes"),
        pytest.param(state(sole(MARI), opaque=True, minute=1), id="conditions-for-others"),
        pytest.param(state(strange(MARI), minute=1), id="a-role-nobody-knows"),
        pytest.param(state(entry(MARI, alone=None), minute=1), id="an-entry-nobody-can-read"),
        pytest.param(state(unreadable("EE"), minute=1), id="a-code-nobody-can-read"),
        pytest.param(
            state(unreadable(None, MARI.code), minute=1), id="fault-3-her-code-without-its-country"
        ),
    ],
)
def test_access_does_not_flicker(database: Database, next_said: RegisterState) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))
    before = (held(database), grant_ids(database))

    aligned = store_states(database, next_said)

    assert nothing(aligned)
    assert (held(database), grant_ids(database)) == before
    assert [kind for kind in history(database) if kind.startswith("grant:")] == ["grant:started"]


def test_a_new_surname_is_remembered(database: Database) -> None:
    put(database, OFFICE)
    store_states(database, state(entry(MARI, name="Mari Vana")))

    store_states(database, state(entry(MARI, name="Mari Uus"), minute=1))

    assert [r.name for r in rows(database, "SELECT name FROM person")] == ["Mari Uus"]


def test_access_kept_for_an_unknown_role_ends_once_the_state_is_readable(
    database: Database,
) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))
    store_states(database, state(strange(MARI), minute=1))

    store_states(database, state(joint(MARI), minute=2))

    assert ended(database) == [Held(MARI, OFFICE.id, "administrator", "no_sole_right")]


def test_an_older_state_is_ignored(database: Database) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(JAAN), minute=5))
    before = history(database)

    late = store_states(database, state(sole(MARI), minute=4))

    assert nothing(late)
    assert held(database) == [Held(JAAN, OFFICE.id, "administrator", SOLE)]
    assert history(database) == before


def test_without_a_state_nothing_ends(database: Database) -> None:
    put(database, OFFICE)
    give(database, MARI, OFFICE, "administrator", origin=Origin.REGISTER)

    with database.transaction() as session:
        ids = upsert.company_ids(session, [KUUSK])
        aligned = align_grants.align(session, ids.values(), actor=Actor(ActorKind.ENGINE))

    assert nothing(aligned)
    assert [h.person for h in held(database)] == [MARI]


def test_grants_of_other_origins_are_not_ended(database: Database) -> None:
    put(database, OFFICE)
    store_states(database, state(sole(MARI)))
    give(database, MARI, OFFICE, "administrator", origin=Origin.DELEGATION)
    give(database, JAAN, OFFICE, "accountant", origin=Origin.OPERATOR)

    store_states(database, state(minute=1))

    assert held(database) == sorted(
        [
            Held(MARI, OFFICE.id, "administrator", "given"),
            Held(JAAN, OFFICE.id, "accountant", "given"),
        ]
    )


def test_aligning_no_company_does_nothing(database: Database) -> None:
    with database.transaction() as session:
        assert nothing(align_grants.align(session, [], actor=BILLING))
