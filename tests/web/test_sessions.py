"""page.2, page.3, page.16: sessions of the pages, on PostgreSQL, with the pages' own role."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from settings.web import Audience
from storage.database import Database
from tests.builders.rows import carry_out
from tests.builders.web_settings import web_settings
from tests.fixtures.roles import as_owner
from web.sessions import SessionRow, Sessions

ROW = SessionRow(
    id=b"a" * 32,
    audience=Audience.SELFSERVICE,
    issuer="https://login.example",
    person="digest-1",
    sid="sid-1",
    acr="high",
    amr=("mid",),
    auth_time=datetime(2026, 11, 1, 12, tzinfo=UTC),
    sealed=b"sealed",
    expires_at=datetime(2000, 1, 1, tzinfo=UTC),
)
HOUR = timedelta(hours=1)


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    with Sessions.opened(web_settings(database_url)) as opened:
        yield opened


@pytest.fixture
def owner(database_url: str) -> Iterator[Database]:
    opened = Database(as_owner(database_url), pool_size=1)
    yield opened
    opened.close()


def other(**changes: Any) -> SessionRow:
    return replace(ROW, **({"id": b"b" * 32} | changes))


def shift(owner: Database, column: str, table: str = "session", by: str = "1 hour") -> None:
    carry_out(owner, f"UPDATE web.{table} SET {column} = {column} - interval '{by}'")


def test_page_3_a_session_is_found_by_its_id_and_audience(sessions: Sessions) -> None:
    sessions.create(ROW, "Firefox, Linux")

    found = sessions.find(ROW.id, ROW.audience)

    assert found is not None
    assert replace(found, expires_at=ROW.expires_at) == ROW
    assert sessions.find(ROW.id, Audience.CONSOLE) is None
    assert sessions.find(b"x" * 32, ROW.audience) is None


def test_page_3_a_session_ends_after_a_quarter_of_an_hour_without_a_request(
    sessions: Sessions, owner: Database
) -> None:
    sessions.create(ROW, "")
    shift(owner, "last_seen_at", by="14 minutes")
    used = sessions.find(ROW.id, ROW.audience)
    shift(owner, "last_seen_at", by="14 minutes")
    again = sessions.find(ROW.id, ROW.audience)
    shift(owner, "last_seen_at", by="15 minutes")

    assert used is not None
    assert again is not None
    assert sessions.find(ROW.id, ROW.audience) is None
    assert sessions.sealed(ROW.id) is None
    assert not sessions.lend(ROW.id, ROW.sealed)
    assert sessions.open_sessions(ROW.id, [ROW.person], ROW.audience) == []


def test_page_3_a_page_that_refreshes_itself_keeps_no_session(
    sessions: Sessions, owner: Database
) -> None:
    sessions.create(ROW, "")
    shift(owner, "last_seen_at", by="14 minutes")
    refreshed = sessions.find(ROW.id, ROW.audience, is_use=False)
    shift(owner, "last_seen_at", by="1 minute")

    assert refreshed is not None
    assert sessions.find(ROW.id, ROW.audience) is None


def test_page_3_a_session_ends_eight_hours_after_the_login_however_much_it_is_used(
    sessions: Sessions, owner: Database
) -> None:
    sessions.create(ROW, "")
    shift(owner, "expires_at", by="7 hours 59 minutes")
    used = sessions.find(ROW.id, ROW.audience)
    shift(owner, "expires_at", by="1 minute")

    assert used is not None
    assert sessions.find(ROW.id, ROW.audience) is None


def test_page_3_one_of_two_tabs_refreshes(sessions: Sessions) -> None:
    sessions.create(ROW, "")

    lent = [sessions.lend(ROW.id, ROW.sealed) for _ in range(2)]
    stored = sessions.reseal(ROW.id, b"newer")

    assert (lent, stored) == ([True, False], True)
    assert not sessions.lend(ROW.id, ROW.sealed), "somebody refreshed what this caller saw"
    assert sessions.sealed(ROW.id) == b"newer"
    assert sessions.lend(ROW.id, b"newer")


def test_page_3_a_refresh_that_was_given_back_or_never_ended_is_tried_again(
    sessions: Sessions, owner: Database
) -> None:
    sessions.create(ROW, "")
    assert sessions.lend(ROW.id, ROW.sealed)
    sessions.give_back(ROW.id)
    assert sessions.lend(ROW.id, ROW.sealed)

    shift(owner, "refreshing_until", by="20 seconds")

    assert sessions.lend(ROW.id, ROW.sealed)


def test_page_3_tokens_of_a_session_that_ended_meanwhile_are_not_stored(sessions: Sessions) -> None:
    sessions.create(ROW, "")
    assert sessions.lend(ROW.id, ROW.sealed)
    sessions.end(ROW.id)

    assert not sessions.reseal(ROW.id, b"newer")


def test_page_3_a_person_sees_and_ends_the_other_sessions(
    sessions: Sessions, owner: Database
) -> None:
    sessions.create(other(), "Chrome, Android")
    shift(owner, "last_seen_at", by="5 minutes")
    sessions.create(ROW, "Firefox, Linux")
    sessions.create(other(id=b"c" * 32, person="digest-2"), "Safari, iOS")
    sessions.create(other(id=b"d" * 32, audience=Audience.CONSOLE), "Edge, Windows")

    listed = sessions.open_sessions(ROW.id, [ROW.person], ROW.audience)
    ended = sessions.end_others(ROW.id, [ROW.person], ROW.audience)

    assert [(each.user_agent, each.is_this) for each in listed] == [
        ("Firefox, Linux", True),
        ("Chrome, Android", False),
    ]
    assert ended == 1
    assert sessions.find(ROW.id, ROW.audience) is not None
    assert sessions.find(b"b" * 32, ROW.audience) is None
    assert sessions.find(b"c" * 32, ROW.audience) is not None
    assert sessions.find(b"d" * 32, Audience.CONSOLE) is not None


def test_page_3_the_provider_ends_sessions_by_sid_or_by_person(sessions: Sessions) -> None:
    sessions.create(ROW, "")
    sessions.create(other(sid="sid-2"), "")
    sessions.create(other(id=b"c" * 32, sid="sid-2", issuer="https://another.example"), "")

    assert sessions.end_by_sid(ROW.audience, ROW.issuer, "sid-2") == 1
    assert sessions.find(ROW.id, ROW.audience) is not None
    assert sessions.end_by_person(ROW.audience, ["older-digest", ROW.person]) == 2
    assert sessions.find(ROW.id, ROW.audience) is None


def test_page_3_a_login_is_answered_once_by_the_browser_that_began_it(
    sessions: Sessions, owner: Database
) -> None:
    for number in range(3):
        sessions.begin_login(b"%d" % number, b"browser", ROW.audience, b"sealed", HOUR)

    assert sessions.take_login(b"0", b"another", ROW.audience) is None
    assert sessions.take_login(b"0", b"browser", Audience.CONSOLE) is None
    assert sessions.take_login(b"0", b"browser", ROW.audience) == b"sealed"
    assert sessions.take_login(b"0", b"browser", ROW.audience) is None
    shift(owner, "expires_at", "login_attempt")
    assert sessions.take_login(b"1", b"browser", ROW.audience) is None


def test_page_16_fields_of_a_form_are_kept_for_their_person_a_quarter_of_an_hour(
    sessions: Sessions, owner: Database
) -> None:
    person, path = ROW.person, "/et/c/1/people"
    for sealed in (b"first", b"second"):
        sessions.keep_form(ROW.audience, person, path, sealed)
    sessions.keep_form(ROW.audience, person, "/et/late", b"late")

    assert sessions.take_form(ROW.audience, ["digest-2"], path) is None
    assert sessions.take_form(ROW.audience, ["newer", person], path) == b"second"
    assert sessions.take_form(ROW.audience, [person], path) is None
    shift(owner, "expires_at", "kept_form", by="15 minutes")
    assert sessions.take_form(ROW.audience, [person], "/et/late") is None


def test_page_16_an_expired_session_is_known_for_an_hour(
    sessions: Sessions, owner: Database
) -> None:
    sessions.create(ROW, "")
    shift(owner, "last_seen_at", by="1 hour")
    sessions.sweep()
    known = sessions.person_of(ROW.id, ROW.audience)
    shift(owner, "last_seen_at", by="16 minutes")
    sessions.sweep()

    assert known == ROW.person
    assert sessions.person_of(ROW.id, ROW.audience) is None


def test_page_3_a_logout_token_counts_once(sessions: Sessions) -> None:
    soon = datetime.now(UTC) + HOUR

    assert [sessions.first_time(b"jti", soon) for _ in range(2)] == [True, False]


def test_page_2_what_has_expired_is_swept(sessions: Sessions, owner: Database) -> None:
    sessions.create(ROW, "")
    sessions.create(other(), "")
    sessions.begin_login(b"state", b"browser", ROW.audience, b"", HOUR)
    sessions.keep_form(ROW.audience, ROW.person, "/et", b"")
    sessions.first_time(b"jti", datetime.now(UTC) + HOUR)
    assert sessions.sweep() == 0
    for table in ("session", "login_attempt", "kept_form", "logout_token"):
        shift(owner, "expires_at", table, by="10 hours")

    assert sessions.sweep() == 5
