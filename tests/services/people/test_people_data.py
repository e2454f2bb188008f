"""Everything held about a person is found and can be erased, whatever table it stands in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.suspensions import FreezeReason, Subject
from domain.people.erasure import ErasureGround, Obstacle
from domain.people.held_data import BY_TABLE, HELD, Whom
from services.access import freezes
from services.access.explain import Question, explain
from services.errors import NotFound
from services.parties.people import ensure_person
from services.people.erase import ErasureBlocked, erase_person, try_erasing
from services.people.export import export_person
from storage.audit import hash_chain
from storage.database import Database
from storage.numbers import codes
from storage.people.selections import ABOUT
from tests.builders import delegations
from tests.builders.people import ANNA, JAAN, MARI
from tests.builders.person_traces import (
    FARM,
    NAME,
    NUMBER,
    OFFICE,
    OPS,
    OWN,
    SHOP,
    SOCIETY,
    SPARE,
    WHO,
    lived,
    loses_everything,
    personal,
)
from tests.builders.register_states import KUUSK, entry, joint, sole, state
from tests.builders.rows import ENGINE, carry_out, company_id, give, held, put, rows, store_states
from tests.oracles.row_scan import Place, rows_with, tables

GROUND = ErasureGround.NO_LONGER_NEEDED


@pytest.fixture
def who(database: Database) -> UUID:
    return lived(database)


@pytest.fixture
def left(database: Database, who: UUID) -> UUID:
    """The person, who has lost all access since."""
    loses_everything(database)
    hash_chain.seal_all(database)
    return who


def exported(database: Database, who: UUID) -> dict[str, list[dict[str, Any]]]:
    document = export_person(database, who, actor=OPS).as_json()
    return {table: each["rows"] for table, each in document["data"].items()}


def places(database: Database, found: dict[str, list[dict[str, Any]]]) -> set[Place]:
    keys = tables(database)
    return {
        (table, tuple(str(row[column]) for column in keys[table]))
        for table, rows_ in found.items()
        for row in rows_
    }


def test_fault_23_every_table_is_classified(database: Database) -> None:
    assert {*BY_TABLE, "alembic_version"} == set(tables(database))
    assert list(BY_TABLE) == sorted(BY_TABLE)
    assert set(ABOUT) == {each.table for each in HELD if each.whom is Whom.PERSON}


def test_fault_23_the_life_of_the_tests_leaves_a_row_in_every_table(
    database: Database, who: UUID
) -> None:
    # Without this, the tests below would say nothing about a new table.
    found = exported(database, who)

    assert {table for table, rows_ in found.items() if not rows_} == set()


def test_fault_23_an_export_has_every_row_in_which_a_scan_finds_the_person(
    database: Database, who: UUID
) -> None:
    found = exported(database, who)

    # What others were told about an account of the person's is in the inboxes of those.
    others = rows(database, "SELECT id FROM notice WHERE person_id <> :who", who=who)
    inboxes = {("notice", (str(row.id),)) for row in others}
    scanned = rows_with(database, [*personal().values(), str(who)])
    assert scanned - inboxes - places(database, found) == set()


def test_order_8_an_export_has_what_others_order_to_be_done_with_a_number_of_theirs(
    database: Database, who: UUID
) -> None:
    found = exported(database, who)["service_order_item"]

    assert [each["parameters"] for each in found if each["other_service_id"]] == [
        {"fromService": str(SPARE.id), "number": SPARE.number}
    ]


def test_deleg_8_an_export_has_the_terms_that_the_person_gave_to_what_another_had_given(
    database: Database,
) -> None:
    delegations.set_up_customers(database)
    store_states(database, state(sole(MARI), sole(JAAN), minute=1))
    given = delegations.given(database, MARI, ANNA, delegations.OFFICE)
    longer = delegations.renewed(database, given, JAAN, delegations.terms(last=90))
    delegations.accepted(database, longer, ANNA)

    (version,) = exported(database, ensure_person(database, JAAN))["delegation_version"]

    assert version["id"] == str(longer.version_id)


def test_fault_23_an_export_is_silent_about_other_people(database: Database, who: UUID) -> None:
    mari = ensure_person(database, MARI)
    document = str(export_person(database, who, actor=OPS).as_json())

    for other in (MARI.code, "Mari Maasikas", str(mari), "'ann'", "of-a-code"):
        assert other not in document
    assert NAME in document
    assert WHO.code in document


def test_fault_23_an_export_is_an_event_without_personal_data(
    database: Database, who: UUID
) -> None:
    export_person(database, who, actor=OPS)

    (event,) = rows(database, "SELECT * FROM event WHERE kind = 'person:exported'")
    assert (event.person_id, event.actor["id"]) == (who, "ann")
    assert event.reason["code"] == "exported"


def test_fault_23_nothing_of_an_erased_person_is_found_anywhere(
    database: Database, left: UUID
) -> None:
    result = erase_person(database, left, GROUND, actor=OPS)

    assert result.erased_at is not None
    assert rows_with(database, [*personal().values(), "Tuulik", "ERA-77"]) == set()
    hash_chain.seal_all(database)
    verdict = hash_chain.verify(database)
    assert (verdict.fault, verdict.unsealed) == (None, 0)
    assert verdict.erased_notes > 0
    (event,) = rows(database, "SELECT * FROM event WHERE kind = 'person:erased'")
    assert event.reason["facts"] == {"ground": "no_longer_needed"}
    assert event.after["pseudonymised"]["person"] == 1


def test_bill_2_who_changed_a_limit_of_another_ones_account_is_erased_there(
    database: Database, left: UUID
) -> None:
    for kind in ("balance", "credit_limit_history"):
        carry_out(
            database,
            """INSERT INTO billing_snapshot (account_id, kind, subject, body, read_at)
            VALUES (:account, :kind, '', CAST(:body AS jsonb), now())""",
            account=OFFICE.id,
            kind=kind,
            body=f'["{NAME}"]' if kind == "credit_limit_history" else "[]",
        )

    erase_person(database, left, GROUND, actor=OPS)

    kept = rows(database, "SELECT kind FROM billing_snapshot")
    assert [each.kind for each in kept] == ["balance"]


def test_bill_5_what_an_erased_person_gave_or_was_given_call_details_for_is_erased(
    database: Database, left: UUID
) -> None:
    carry_out(database, "UPDATE delegation_version SET purpose = 'Vaidlus arve üle'")
    kept = """SELECT v.purpose IS NOT NULL AS kept FROM delegation_version v
        JOIN delegation d ON d.id = v.delegation_id
        WHERE :person IN (d.receiver_id, d.giver_id)"""
    assert all(row.kept for row in rows(database, kept, person=left))

    erase_person(database, left, GROUND, actor=OPS)

    found = rows(database, kept, person=left)
    assert found
    assert not any(row.kept for row in found)


def test_order_8_orders_of_an_erased_person_keep_what_was_ordered_and_nothing_that_was_written(
    database: Database, left: UUID
) -> None:
    erase_person(database, left, GROUND, actor=OPS)

    items = rows(
        database,
        "SELECT o.account_id, o.description, o.given AS gave, o.external_id, i.product,"
        " i.parameters, i.given, i.other_service_id FROM service_order o JOIN service_order_item i"
        " ON i.order_id = o.id WHERE i.action = 'modify'",
    )
    assert {each.product for each in items} == {"p"}
    assert all((each.description, each.gave, each.given) == ("", {}, {}) for each in items)
    (given,) = (each for each in items if each.other_service_id is not None)
    assert (given.account_id, given.other_service_id, given.parameters) == (SHOP.id, SPARE.id, {})
    assert {e.account_id: (e.external_id, e.parameters) for e in items if e is not given} == {
        OWN.id: (None, {}),
        OFFICE.id: (None, {}),
        SHOP.id: (None, {"package": "m"}),
    }
    (act,) = rows(database, "SELECT act FROM approval WHERE kind = 'order_place'")
    assert [(each["product"], each["parameters"]) for each in act.act["data"]["items"]] == [
        ("call-forwarding", {}),
        ("router-restart", {}),
    ]


def test_fault_23_an_export_after_the_erasure_has_ids_and_history_only(
    database: Database, left: UUID
) -> None:
    erase_person(database, left, GROUND, actor=OPS)

    found = exported(database, left)

    assert found["access_grant"]
    assert found["event"]
    (person,) = found["person"]
    assert (person["country"], person["code"], person["name"]) == ("--", str(left), "")
    assert {table for table, rows_ in found.items() if not rows_} == {
        *(
            "access_request",
            "access_use",
            "appointment",
            "billing_snapshot",
            "contact_settings",
            "customer_size",
            "event_note",
            "idempotency_key",
        ),
        *("notice", "number_block", "rate_limit", "rejected_record", "sync_change"),
        *("drift", "drift_staged", "service_reading", "service_secret"),
        *("extract", "extract_chunk"),
    }


def test_fault_23_erasing_again_changes_and_records_nothing(database: Database, left: UUID) -> None:
    first = erase_person(database, left, GROUND, actor=OPS)
    events = rows(database, "SELECT FROM event")

    again = erase_person(database, left, GROUND, actor=OPS)

    assert again == replace(first, changes=())
    assert rows(database, "SELECT FROM event") == events


def test_fault_23_a_dry_run_tells_what_would_change_and_changes_nothing(
    database: Database, left: UUID
) -> None:
    before = rows_with(database, personal().values())

    would = try_erasing(database, left, GROUND, actor=OPS)

    assert rows_with(database, personal().values()) == before
    assert would.erased_at is None
    assert would.changes == erase_person(database, left, GROUND, actor=OPS).changes


def test_fault_23_a_login_after_the_erasure_makes_a_new_person(
    database: Database, left: UUID
) -> None:
    erase_person(database, left, GROUND, actor=OPS)

    again = ensure_person(database, WHO)

    assert again != left
    assert {row["id"] for row in exported(database, again)["person"]} == {str(again)}
    assert exported(database, again)["access_grant"] == []


def test_fault_23_why_an_erased_person_had_access_can_still_be_explained(
    database: Database, left: UUID
) -> None:
    (moment,) = rows(
        database,
        "SELECT lower(validity) + (upper(validity) - lower(validity)) / 2 AS at FROM access_grant"
        " WHERE person_id = :who AND origin = 'register'",
        who=left,
    )
    erase_person(database, left, GROUND, actor=OPS)

    found = explain(
        database,
        Question(left, OFFICE.id, "invoice:pay", None, moment.at),  # type: ignore[arg-type]
    )

    assert found.decision.allowed
    assert found.register.authority.reason.code == "sole_representation"  # type: ignore[union-attr]


def test_fault_23_a_register_state_that_was_pseudonymised_is_queried_anew(
    database: Database, left: UUID
) -> None:
    farm = company_id(database, FARM)
    erase_person(database, left, GROUND, actor=OPS)

    states = rows(
        database,
        "SELECT upper_inf(in_force) AS open FROM register_state WHERE company_id = :farm",
        farm=farm,
    )
    assert [row.open for row in states] == [False]
    (trader,) = rows(database, "SELECT * FROM company WHERE id = :farm", farm=farm)
    assert (trader.country, trader.code, trader.name) == ("--", str(farm), "")


def test_fault_23_no_other_person_is_changed(database: Database, left: UUID) -> None:
    mari = ensure_person(database, MARI)
    before = held(database), _said_of(database, mari)

    erase_person(database, left, GROUND, actor=OPS)

    assert (held(database), _said_of(database, mari)) == before


def _said_of(database: Database, who: UUID) -> list[tuple[Any, Any]]:
    """What register states say of a person, and from when to when."""
    found = exported(database, who)["register_state"]
    return [(row["in_force"], row["state"]["holders"]) for row in found]


def _has_access(database: Database) -> None:
    give(database, WHO, OFFICE)


def _has_an_account(database: Database) -> None:
    put(database, OWN)


def _is_frozen(database: Database) -> None:
    subject = Subject(person_id=ensure_person(database, WHO))
    freezes.freeze(database, subject, FreezeReason.CREDENTIAL_STOLEN, actor=OPS, note="")


def _is_named(database: Database) -> None:
    store_states(database, state(entry(WHO, alone=False), minute=2))


@pytest.mark.parametrize(
    ("bring_about", "obstacle"),
    [
        (_has_access, Obstacle.ACCESS),
        (_has_an_account, Obstacle.ACCOUNT),
        (_is_named, Obstacle.REGISTER),
        (_is_frozen, Obstacle.FREEZE),
    ],
)
def test_fault_23_what_is_needed_still_is_not_erased(
    database: Database,
    left: UUID,
    bring_about: Callable[[Database], None],
    obstacle: Obstacle,
) -> None:
    bring_about(database)
    before = rows_with(database, personal().values())

    with pytest.raises(ErasureBlocked) as blocked:
        erase_person(database, left, GROUND, actor=OPS)

    assert obstacle in try_erasing(database, left, GROUND, actor=OPS).obstacles
    assert WHO.code not in blocked.value.detail
    assert rows_with(database, personal().values()) == before


def test_fault_23_all_obstacles_are_named_at_once(database: Database, who: UUID) -> None:
    assert set(try_erasing(database, who, GROUND, actor=OPS).obstacles) == set(Obstacle)


def test_fault_23_a_number_that_went_to_somebody_else_is_theirs(
    database: Database, left: UUID
) -> None:
    jaan = ensure_person(database, JAAN)
    with database.transaction() as session:
        codes.verify_by_login(session, uuid4(), jaan, NUMBER, actor=ENGINE)

    erase_person(database, left, GROUND, actor=OPS)

    kept = rows(
        database, "SELECT person_id, client FROM verification WHERE number = :n", n=NUMBER.e164
    )
    assert {(row.person_id, row.client is None) for row in kept} == {(jaan, True), (None, False)}


def test_fault_23_an_unknown_person_is_neither_exported_nor_erased(database: Database) -> None:
    with pytest.raises(NotFound):
        export_person(database, uuid4(), actor=OPS)
    with pytest.raises(NotFound):
        erase_person(database, uuid4(), GROUND, actor=OPS)


def test_joint_8_who_is_named_in_the_words_of_a_signing_rule_is_erased_there(
    database: Database, left: UUID
) -> None:
    said = state(joint(MARI), of=SOCIETY, opaque=True, minute=2)
    store_states(database, replace(said, signing_rule_text=f"Liige {NAME} esindab üksi"))

    erase_person(database, left, GROUND, actor=OPS)

    assert rows_with(database, [NAME]) == set()


def test_joint_8_who_is_named_in_the_words_of_a_customers_signing_rule_is_not_erased(
    database: Database, left: UUID
) -> None:
    said = state(entry(MARI), of=KUUSK, opaque=True, minute=2)
    store_states(database, replace(said, signing_rule_text=f"Liige {NAME} esindab üksi"))

    assert set(try_erasing(database, left, GROUND, actor=OPS).obstacles) == {Obstacle.REGISTER}
