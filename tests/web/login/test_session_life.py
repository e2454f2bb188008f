"""page.3, page.16: how sessions go on and end."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.requests import Request

from tests.builders.rows import carry_out, rows
from tests.clients.web_browser import PERSON, query_of
from tests.fixtures.login_site import SUBJECT, Clock, Site

OTHER = "50001029996"


@pytest.mark.parametrize(
    ("column", "by"), [("last_seen_at", "15 minutes"), ("expires_at", "8 hours")]
)
def test_page_3_a_session_that_has_expired_leads_to_the_login(
    site: Site, column: str, by: str
) -> None:
    browser = site.browser()
    browser.log_in()
    carry_out(site.owner, f"UPDATE web.session SET {column} = {column} - interval '{by}'")

    assert browser.get("/et/").status_code == 303


def test_page_3_tokens_are_refreshed_before_they_expire(site: Site, clock: Clock) -> None:
    browser = site.browser()
    browser.log_in()
    first = browser.get("/et/").json()["token"]
    clock.ahead = 880

    second = browser.get("/et/").json()["token"]

    assert first != second
    assert browser.get("/et/").json()["token"] == second


def test_page_3_two_tabs_refresh_once(site: Site, clock: Clock) -> None:
    """The provider ends a login whose refresh token is used twice (RFC 9700, 4.14.2)."""
    browser = site.browser()
    browser.log_in()
    clock.ahead = 1000  # expired: who does not refresh has to wait
    tabs = [browser.copy() for _ in range(6)]

    with ThreadPoolExecutor(len(tabs)) as pool:
        answers = list(pool.map(lambda tab: tab.get("/et/"), tabs))

    assert [each.status_code for each in answers] == [200] * len(tabs)
    assert len({each.json()["token"] for each in answers}) == 1


def test_page_3_a_refresh_that_the_provider_refuses_ends_the_session(
    site: Site, clock: Clock
) -> None:
    browser = site.browser()
    browser.log_in()
    site.provider.control("PUT", "/backchannel", {"client": "selfservice", "address": site.url})
    site.provider.log_out(SUBJECT)
    assert browser.get("/et/").status_code == 200, "it was not told"
    clock.ahead = 880

    assert browser.get("/et/").status_code == 303
    assert rows(site.owner, "SELECT FROM web.session") == []


def test_page_3_while_the_provider_is_away_a_token_is_used_as_long_as_it_lasts(
    site: Site, clock: Clock
) -> None:
    browser = site.browser()
    browser.log_in()
    site.provider.control("PUT", "/faults", {"source": "token", "kind": "http_503"})
    clock.ahead = 880
    lasting = browser.get("/et/")
    clock.ahead = 1000

    assert lasting.status_code == 200
    assert browser.get("/et/").status_code == 503
    site.provider.control("DELETE", "/faults")
    assert browser.get("/et/").status_code == 200


def test_page_3_the_provider_ends_a_session_by_its_back_channel(site: Site) -> None:
    browser, other = site.browser(), site.browser()
    browser.log_in()
    other.log_in(OTHER)

    told = site.provider.log_out(SUBJECT)

    assert told == {"selfservice": 200}
    assert browser.get("/et/").status_code == 303
    assert other.get("/et/").status_code == 200


def test_page_3_a_logout_token_without_sid_ends_every_session_of_the_person(site: Site) -> None:
    browsers = [site.browser() for _ in range(2)]
    for browser in browsers:
        browser.log_in()
    token = site.provider.logout_token(sid=None)

    answer = _posted(site, token)

    assert answer.status_code == 200
    assert [browser.get("/et/").status_code for browser in browsers] == [303, 303]


@pytest.mark.parametrize(
    ("claims", "header", "reason"),
    [
        ({"iss": "https://another.example"}, {}, "issuer_wrong"),
        ({"aud": "console"}, {}, "audience_wrong"),
        ({"exp": 1}, {}, "expired"),
        ({"exp": 9_999_999_999}, {}, "claim_malformed"),
        ({"jti": None}, {}, "claim_missing"),
        ({"jti": 1}, {}, "claim_malformed"),
        ({"events": None}, {}, "event_missing"),
        ({"events": {"another": {}}}, {}, "event_missing"),
        ({"nonce": "n"}, {}, "type_wrong"),
        ({"sid": None, "sub": None}, {}, "claim_missing"),
        ({"sid": ""}, {}, "claim_malformed"),
        ({}, {"typ": "at+jwt"}, "type_wrong"),
        ({}, {"kid": "another"}, "signature_wrong"),
    ],
)
def test_page_3_a_wrong_logout_token_ends_nothing(
    site: Site, claims: dict[str, object], header: dict[str, object], reason: str
) -> None:
    browser = site.browser()
    browser.log_in()

    answer = _posted(site, site.provider.logout_token(header, **claims))

    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_request", "error_description": reason}
    assert browser.get("/et/").status_code == 200


def test_page_3_what_is_no_token_ends_nothing(site: Site) -> None:
    assert [_posted(site, each).status_code for each in ("", "a.b.c", "no")] == [400, 400, 400]


def test_page_3_a_logout_token_is_not_carried_out_twice(site: Site) -> None:
    token = site.provider.logout_token({"typ": "JWT"}, sid=None)
    first = _posted(site, token)
    browser = site.browser()
    browser.log_in()

    second = _posted(site, token)

    assert (first.status_code, second.status_code) == (200, 400)
    assert second.json()["error_description"] == "replayed"
    assert browser.get("/et/").status_code == 200


def test_page_3_a_logout_ends_the_session_here_and_at_the_provider(
    site: Site, clock: Clock
) -> None:
    browser = site.browser()
    browser.log_in()
    thief = browser.copy()

    sent = browser.post("/et/logout")
    back = browser.http.get(sent.headers["location"])
    ended = browser.get(back.headers["location"])

    assert "id_token_hint" not in query_of(sent)
    assert PERSON not in sent.headers["location"]
    assert "Olete välja logitud" in ended.text
    assert thief.get("/et/").status_code == 303
    assert browser.session is None
    again = browser.http.get(browser.to_provider().headers["location"])
    assert again.status_code == 200, "the provider asks again"


def test_page_3_a_person_ends_their_other_sessions(site: Site) -> None:
    mine, other, stranger = (site.browser() for _ in range(3))
    for browser, who in ((other, PERSON), (stranger, OTHER), (mine, PERSON)):
        browser.http.headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"
        browser.log_in(who)
    gate = next(iter(site.gates.values()))
    person = gate.signed_in(_request(mine.session or ""))

    listed = gate.open_sessions(person)
    ended = gate.end_others(person)

    assert [(each.user_agent, each.is_this) for each in listed] == [
        ("Firefox, Linux", True),
        ("Firefox, Linux", False),
    ]
    assert ended == 1
    assert [b.get("/et/").status_code for b in (mine, other, stranger)] == [200, 303, 200]


def test_page_16_a_form_whose_session_ended_is_shown_again_to_its_person(site: Site) -> None:
    browser = site.browser()
    browser.log_in()
    carry_out(
        site.owner, "UPDATE web.session SET last_seen_at = last_seen_at - interval '20 minutes'"
    )
    sent = browser.post("/et/form", {"text": "õhtu", "box": ["1", "2"]})
    begun = browser.get(sent.headers["location"])
    back = browser.at_provider(begun, PERSON)
    done = browser.get(back.headers["location"])

    assert sent.status_code == 303
    assert done.headers["location"] == "/et/form"
    assert browser.get("/et/form").json() == {"kept": {"text": ["õhtu"], "box": ["1", "2"]}}
    assert browser.get("/et/form").json() == {"kept": None}


def test_page_16_a_kept_form_is_not_shown_to_somebody_else(site: Site) -> None:
    browser = site.browser()
    browser.log_in()
    carry_out(
        site.owner, "UPDATE web.session SET last_seen_at = last_seen_at - interval '20 minutes'"
    )
    browser.post("/et/form", {"text": "õhtu"})
    (stored,) = rows(site.owner, "SELECT sealed FROM web.kept_form")
    other = site.browser()
    other.log_in(OTHER)

    assert other.get("/et/form").json() == {"kept": None}
    assert "õhtu".encode() not in stored.sealed


def test_page_3_a_fragment_of_a_page_sends_the_whole_page_to_the_login(site: Site) -> None:
    browser = site.browser()

    answer = browser.get(
        "/et/", headers={"HX-Request": "true", "HX-Current-URL": f"{site.url}/et/form?tab=2"}
    )

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/et/login?return_to=%2Fet%2Fform%3Ftab%3D2"


def _posted(site: Site, token: str) -> httpx.Response:
    with httpx.Client(trust_env=False) as http:
        return http.post(f"{site.url}/login/backchannel-logout", data={"logout_token": token})


def _request(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"volitus={cookie}".encode())]})
