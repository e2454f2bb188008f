"""Nobody changes history; who does it behind the database's back is found out."""

import pytest
from sqlalchemy.exc import DBAPIError

from storage.audit import hash_chain
from storage.database import Database
from tests.builders.rows import as_its_owner, behind_its_back, carry_out, write


@pytest.fixture
def sealed(database: Database) -> Database:
    """Five events, chained."""
    write(database, 5)
    hash_chain.seal_all(database)
    return database


@pytest.mark.parametrize("table", ["event", "event_seal"])
@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE {} SET {}", id="update"),
        pytest.param("DELETE FROM {}", id="delete"),
        pytest.param("TRUNCATE {}", id="truncate"),
        pytest.param("TRUNCATE {} CASCADE", id="truncate-cascade"),
    ],
)
def test_history_refuses_to_be_changed(sealed: Database, table: str, statement: str) -> None:
    same = {"event": "kind = kind", "event_seal": "hash = hash"}[table]
    change = statement.format(table, same)

    with pytest.raises(DBAPIError, match=f"permission denied for table {table}"):
        carry_out(sealed, change)
    with pytest.raises(DBAPIError, match=f"{table} is append-only"):
        as_its_owner(sealed, change)

    assert hash_chain.verify(sealed).checked == 5


_FIRST = "(SELECT min(id) FROM event)"


_THIRD = "(SELECT event_id FROM event_seal WHERE position = 3)"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("at = at + interval '1 microsecond'", id="time"),
        pytest.param("kind = 'grant:ended'", id="kind"),
        pytest.param("""actor = '{"kind": "ops", "id": "õ"}'""", id="actor"),
        pytest.param("subject_id = gen_random_uuid()", id="subject"),
        pytest.param("account_id = NULL", id="account"),
        pytest.param("company_id = gen_random_uuid()", id="company"),
        pytest.param("person_id = gen_random_uuid()", id="person"),
        pytest.param("reason = jsonb_set(reason, '{text}', '\"Muu\"')", id="reason"),
        pytest.param("before = NULL", id="before"),
        pytest.param("""after = '{"share": 0.6}'""", id="after"),
    ],
)
def test_a_changed_event_shows(sealed: Database, change: str) -> None:
    behind_its_back(sealed, f"UPDATE event SET {change} WHERE id = {_THIRD}")

    verdict = hash_chain.verify(sealed)

    assert (verdict.checked, verdict.broken_at) == (2, 3)
    assert verdict.fault == "the event of this position is not what was sealed"


@pytest.mark.parametrize(
    ("tampering", "broken_at", "fault"),
    [
        pytest.param([f"DELETE FROM event WHERE id = {_THIRD}"], 3, "gone", id="an-event-removed"),
        pytest.param(
            [
                f"DELETE FROM event WHERE id = {_THIRD}",
                "DELETE FROM event_seal WHERE position = 3",
            ],
            4,
            "positions 3 to 3 are missing",
            id="an-event-and-its-seal-removed",
        ),
        pytest.param(
            [
                f"DELETE FROM event WHERE id = {_THIRD}",
                "DELETE FROM event_seal WHERE position = 3",
                "UPDATE event_seal SET position = position - 1 WHERE position = 4",
                "UPDATE event_seal SET position = position - 1 WHERE position = 5",
            ],
            3,
            "not what was sealed",
            id="an-event-removed-and-the-gap-closed",
        ),
        pytest.param(
            [
                "UPDATE event_seal SET event_id = -event_id WHERE position IN (3, 4)",
                f"UPDATE event_seal SET event_id = {_FIRST} + 3 WHERE position = 3",
                f"UPDATE event_seal SET event_id = {_FIRST} + 2 WHERE position = 4",
            ],
            3,
            "not what was sealed",
            id="two-events-swapped",
        ),
        pytest.param(
            ["UPDATE event_seal SET hash = repeat('0', 64) WHERE position = 3"],
            3,
            "not what was sealed",
            id="a-hash-replaced",
        ),
        pytest.param(
            ["INSERT INTO event (kind, actor) VALUES ('grant:started', '{}')"],
            6,
            "1 events are neither sealed nor waiting",
            id="an-event-put-in-past-the-trigger",
        ),
        pytest.param(
            ["DELETE FROM event_seal WHERE position = 5"],
            5,
            "1 events are neither sealed nor waiting",
            id="the-last-seal-removed",
        ),
        pytest.param(
            ["DELETE FROM event_seal WHERE position = 1"],
            2,
            "positions 1 to 1 are missing",
            id="the-first-seal-removed",
        ),
    ],
)
def test_tampering_shows_where_it_was_done(
    sealed: Database, tampering: list[str], broken_at: int, fault: str
) -> None:
    behind_its_back(sealed, *tampering)

    verdict = hash_chain.verify(sealed)

    assert verdict.broken_at == broken_at
    assert fault in (verdict.fault or "")


def test_an_event_missing_in_the_chain_shows(sealed: Database) -> None:
    write(sealed)
    carry_out(sealed, "DELETE FROM event_to_seal")
    hash_chain.seal_all(sealed)

    verdict = hash_chain.verify(sealed)

    assert (verdict.checked, verdict.broken_at) == (5, 6)
    assert verdict.fault == "1 events are neither sealed nor waiting to be sealed"


def test_fault_20_a_forged_seal_hides_nothing_that_comes_after_it(sealed: Database) -> None:
    write(sealed)
    carry_out(
        sealed,
        """WITH taken AS (DELETE FROM event_to_seal RETURNING event_id)
        INSERT INTO event_seal SELECT 6, event_id, repeat('f', 64) FROM taken""",
    )
    write(sealed, 20)
    hash_chain.seal_all(sealed)
    assert hash_chain.verify(sealed).further == ()

    behind_its_back(
        sealed, "UPDATE event SET kind = 'x' WHERE id > (SELECT min(id) FROM event) + 7"
    )

    verdict = hash_chain.verify(sealed)
    assert (verdict.checked, verdict.broken_at) == (5, 6)
    assert [position for position, _ in verdict.further] == [*range(9, 19)]


@pytest.mark.parametrize(
    "seal",
    [
        pytest.param(f"9223372036854775807, {_FIRST} + 5", id="far-ahead"),
        pytest.param(f"7, {_FIRST} + 5", id="a-gap"),
        pytest.param(f"0, {_FIRST} + 5", id="before-the-beginning"),
        pytest.param("6, 9223372036854775807", id="of-nothing"),
    ],
)
def test_fault_20_a_forged_seal_does_not_stop_sealing(sealed: Database, seal: str) -> None:
    write(sealed)
    forged = f"""CREATE TEMPORARY TABLE event_seal AS SELECT generate_series(0, 9) AS position;
        INSERT INTO public.event_seal SELECT {seal}, 'x'"""

    with pytest.raises(DBAPIError, match="a seal continues the chain"):
        carry_out(sealed, forged)

    assert hash_chain.seal_all(sealed) == 1
    assert hash_chain.verify(sealed).fault is None


def test_a_truncated_end_shows_in_the_head(sealed: Database) -> None:
    kept_elsewhere = hash_chain.verify(sealed)

    behind_its_back(
        sealed,
        "DELETE FROM event WHERE id = (SELECT event_id FROM event_seal WHERE position = 5)",
        "DELETE FROM event_seal WHERE position = 5",
    )

    verdict = hash_chain.verify(sealed)
    assert (verdict.checked, verdict.broken_at) == (4, None)
    assert verdict.head != kept_elsewhere.head
