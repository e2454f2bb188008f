"""page.3: somebody logs in at the provider, and nothing of that is in the browser."""

import hashlib
import time
from base64 import b64encode, urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

import pytest

from settings.web import Audience
from tests.builders.rows import rows
from tests.clients.web_browser import PERSON, query_of
from tests.fixtures.login_site import Site
from web.login import id_tokens

OTHER = "50001029996"
NOW = int(time.time())


def test_page_3_somebody_logs_in_and_comes_back_to_the_page_they_asked_for(site: Site) -> None:
    browser = site.browser()
    sent = browser.get("/et/form?tab=2")
    begun = browser.get(sent.headers["location"])
    asked = query_of(begun)
    back = browser.at_provider(begun, PERSON)
    done = browser.get(back.headers["location"])
    page = browser.get("/et/")

    assert sent.status_code == 303
    assert (asked["code_challenge_method"], asked["ui_locales"]) == ("S256", "et")
    assert asked["max_age"] == "28800"
    assert done.headers["location"] == "/et/form?tab=2"
    assert page.json()["name"]
    (cookie,) = [c for c in done.headers.get_list("set-cookie") if c.startswith("volitus=")]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie


def test_page_3_nothing_of_the_person_is_in_the_cookie_or_in_clear_in_the_database(
    site: Site,
) -> None:
    browser = site.browser()
    browser.log_in()
    token = browser.get("/et/").json()["token"]

    stored = [
        str(row.whole)
        for table in ("session", "login_attempt", "kept_form", "logout_token")
        for row in rows(site.owner, f"SELECT row_to_json(t)::text AS whole FROM web.{table} t")
    ]
    raw = rows(site.owner, "SELECT sealed, id FROM web.session")[0]

    secret = browser.session
    assert secret is not None
    assert len(secret) == 43
    for word in (PERSON, token, *token.split("."), secret, "eyJ"):
        assert not any(word in each for each in stored), word
        assert word.encode() not in raw.sealed
    assert raw.id == hashlib.sha256(secret.encode()).digest()


def test_page_3_each_login_has_a_new_id_and_the_old_one_ends(site: Site) -> None:
    browser = site.browser()
    browser.log_in()
    thief, first = browser.copy(), browser.session
    browser.log_in()

    assert browser.session != first
    assert browser.get("/et/").status_code == 200
    assert thief.get("/et/").status_code == 303


def test_page_3_an_id_that_somebody_planted_is_not_taken_over(site: Site) -> None:
    browser = site.browser()
    planted = "a" * 43
    browser.http.cookies.set("volitus", planted, domain="127.0.0.1", path="/")
    done = browser.log_in()

    assert f"volitus={planted}" not in str(done.headers.get_list("set-cookie"))
    thief = site.browser()
    thief.http.cookies.set("volitus", planted, domain="127.0.0.1", path="/")
    assert thief.get("/et/").status_code == 303


def test_page_3_the_providers_answer_counts_once(site: Site) -> None:
    browser = site.browser()
    back = browser.at_provider(browser.to_provider(), PERSON)
    answers = [browser.get(back.headers["location"]) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 403]
    assert "state_unknown" in answers[1].text


def test_page_3_the_providers_answer_is_refused_in_another_browser(site: Site) -> None:
    browser, victim = site.browser(), site.browser()
    back = browser.at_provider(browser.to_provider(), PERSON)
    victim.to_provider()

    answer = victim.get(back.headers["location"])

    assert answer.status_code == 403
    assert "state_unknown" in answer.text
    assert victim.session is None


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"iss": "https://another.example"}, "issuer_wrong"),
        ({"iss": None}, "issuer_wrong"),
        ({"code": "wrong"}, "code_refused"),
        ({"code": None}, "code_missing"),
        ({"error": "server_error"}, "provider_error"),
        ({"state": "wrong"}, "state_unknown"),
        ({"state": None}, "state_unknown"),
    ],
)
def test_page_3_a_wrong_answer_is_refused(
    site: Site, query: dict[str, str | None], reason: str
) -> None:
    browser = site.browser()
    back = browser.at_provider(browser.to_provider(), PERSON)
    changed = {n: v for n, v in (query_of(back) | query).items() if v is not None}

    answer = browser.get("/login/callback", params=changed)

    assert answer.status_code == 403
    assert reason in answer.text
    assert browser.session is None


@pytest.mark.parametrize(
    ("claims", "header", "reason"),
    [
        ({"iss": "https://another.example"}, {}, "issuer_wrong"),
        ({"iss": None}, {}, "claim_missing"),
        ({"aud": "console"}, {}, "audience_wrong"),
        ({"aud": ["selfservice", "console"]}, {}, "audience_wrong"),
        ({"azp": "console"}, {}, "audience_wrong"),
        ({"aud": None}, {}, "claim_missing"),
        ({"exp": NOW - 60}, {}, "expired"),
        ({"exp": None}, {}, "claim_missing"),
        ({"iat": NOW + 3600}, {}, "not_yet_valid"),
        ({"nbf": NOW + 3600}, {}, "not_yet_valid"),
        ({"nonce": "another"}, {}, "nonce_wrong"),
        ({"nonce": None}, {}, "nonce_wrong"),
        ({"sub": None}, {}, "claim_missing"),
        ({"sub": 1}, {}, "claim_malformed"),
        ({"auth_time": None}, {}, "claim_missing"),
        ({"auth_time": "yesterday"}, {}, "claim_malformed"),
        ({"auth_time": NOW - 9 * 3600}, {}, "login_too_old"),
        ({"auth_time": NOW + 3600}, {}, "not_yet_valid"),
        ({"at_hash": "bm90IHRoaXMgb25l"}, {}, "at_hash_wrong"),
        ({}, {"typ": "at+jwt"}, "type_wrong"),
        ({}, {"typ": "logout+jwt"}, "type_wrong"),
        ({}, {"kid": "another"}, "signature_wrong"),
    ],
)
def test_page_3_a_wrong_id_token_is_refused_with_its_reason(
    site: Site, claims: dict[str, Any], header: dict[str, Any], reason: str
) -> None:
    site.provider.spoil(header, **claims)
    browser = site.browser()

    answer = browser.log_in()

    assert answer.status_code == 403
    assert reason in answer.text
    assert browser.session is None


@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
@pytest.mark.parametrize("padded", [True, False])
def test_page_3_both_spellings_of_at_hash_count(encode: Any, *, padded: bool) -> None:
    for number in range(200):
        token = f"token-{number}"
        said = encode(hashlib.sha256(token.encode()).digest()[:16]).decode()
        id_tokens._check_at_hash(said if padded else said.rstrip("="), "RS256", token)


def test_page_3_a_person_who_cancels_reads_so(site: Site) -> None:
    browser = site.browser()

    answer = browser.log_in(typed={"cancel": "yes"})

    assert answer.status_code == 200
    assert "Sisselogimine katkestati" in answer.text
    assert browser.session is None


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/et\r\nx", "javascript:1", ""],
)
def test_page_3_a_login_leads_back_to_these_pages_only(site: Site, path: str) -> None:
    browser = site.browser()

    done = browser.log_in(return_to=path)

    assert done.headers["location"] == "/et/"


def test_page_3_the_console_has_its_own_cookie_client_and_roles(site: Site) -> None:
    staff, person = site.browser(Audience.CONSOLE), site.browser()
    staff.log_in()
    person.log_in()

    page = staff.get("/et/console/")
    refused = staff.get("/et/")

    assert page.json()["roles"] == ["ops"]
    assert refused.status_code == 303
    sent = person.get("/et/console/")
    assert urlsplit(sent.headers["location"]).path == "/et/console/login"
    stolen = site.browser(Audience.CONSOLE)
    stolen.http.cookies.set("volitus-console", str(person.session), domain="127.0.0.1", path="/")
    assert stolen.get("/et/console/").status_code == 303


def test_page_3_nobody_without_a_role_enters_the_console(site: Site) -> None:
    site.provider.spoil(roles=[])
    browser = site.browser(Audience.CONSOLE)

    answer = browser.log_in()

    assert answer.status_code == 403
    assert "no_role" in answer.text


def test_page_3_a_step_up_asks_for_a_fresh_and_strong_login_of_the_same_person(
    site: Site,
) -> None:
    browser = site.browser()
    browser.log_in(typed={"acr": "substantial"})
    sent = browser.get("/et/fresh")
    begun = browser.get(sent.headers["location"])
    asked = query_of(begun)
    back = browser.at_provider(begun, PERSON)
    done = browser.get(back.headers["location"])

    assert (asked["max_age"], asked["acr_values"], asked["prompt"]) == ("300", "high", "login")
    assert done.headers["location"] == "/et/fresh"
    assert browser.get("/et/fresh").json() == {"acr": "high"}


@pytest.mark.parametrize(
    ("who", "typed", "reason"),
    [(OTHER, {}, "another_person"), (PERSON, {"acr": "low"}, "acr_too_low")],
)
def test_page_3_a_step_up_of_somebody_else_or_too_weak_leaves_the_session(
    site: Site, who: str, typed: dict[str, str], reason: str
) -> None:
    browser = site.browser()
    browser.log_in(typed={"acr": "substantial"})
    begun = browser.get(browser.get("/et/fresh").headers["location"])
    back = browser.at_provider(begun, who, **typed)

    answer = browser.get(back.headers["location"])

    assert answer.status_code == 403
    assert reason in answer.text
    assert browser.get("/et/").status_code == 200
