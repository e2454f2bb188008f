"""Answers in the language that the caller asks for."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from api.http.languages import negotiated
from api.http.translation import translated
from domain.numbers.sms_texts import Language
from runtime.texts import all_refusals, messages, reason_text, text
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state, together
from tests.builders.rows import account, put, store_states
from tests.clients.api_client import CHECKER, SUPPORT, Front, person_token

COMPANY = account(KUUSK, 1)
CHECK = "/v1/access/check"
ET, RU, EN = Language.ESTONIAN, Language.RUSSIAN, Language.ENGLISH


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, EN),
        ("", EN),
        ("et", ET),
        ("ET-ee", ET),
        ("de, fr", EN),
        ("et-EE, en;q=0.8", ET),
        ("en;q=0.5, ru;q=0.9", RU),
        ("en;q=0.9, ru;q=0.9", EN),
        ("ru, et", RU),
        ("de, et;q=0.1", ET),
        ("*", EN),
        ("en;q=0, *", ET),
        ("en;q=0, *, et;q=0", RU),
        ("et;q=0", EN),
        ("et;q=2", EN),
        ("et;level=1", EN),
        ("et ; q=0.5 , ru;Q=0.7", RU),
        (",;=,", EN),
    ],
)
def test_deleg_2_the_preferred_language_is_chosen(header: str | None, language: Language) -> None:
    assert negotiated(header) is language


async def test_deleg_2_problems_have_titles_in_the_asked_language(front: Front) -> None:
    answer = await front.get("/v1/me/accounts", accept_language="ru;q=0.9, en;q=0.1")

    assert answer.json()["title"] == text("problem.token_missing.title", RU)
    assert answer.json()["code"] == "token_missing"
    assert answer.headers["content-language"] == "ru"
    assert answer.headers["vary"] == "Accept-Language"
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_deleg_2_reasons_are_said_in_the_asked_language(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    body = {"account_id": str(COMPANY.id), "permission": "invoice:pay"}

    token = person_token(MARI)
    said = await front.post(CHECK, token, body, accept_language="et")
    plain = await front.post(CHECK, token, body)
    english = await front.post(CHECK, token, body, accept_language="en-GB")

    (reason,), (stored,) = said.json()["reasons"], plain.json()["reasons"]
    assert reason == stored | {"text": text("reason.sole_representation", ET)}
    assert said.headers["content-language"] == "et"
    assert english.json()["reasons"] == [stored]
    assert all("content-language" not in each.headers for each in (english, plain))


def test_deleg_2_refusals_are_said_in_the_asked_language() -> None:
    stated = [{"code": "to_yourself", "text": text("refusal.to_yourself", EN)}]

    said = translated(json.dumps(stated).encode(), RU, problem=False)

    assert said is not None
    assert json.loads(said) == [{"code": "to_yourself", "text": text("refusal.to_yourself", RU)}]


async def test_deleg_2_answers_without_texts_stay_as_they_are(front: Front) -> None:
    answer = await front.get("/livez", accept_language="et")

    assert answer.status_code == 200
    assert "content-language" not in answer.headers


async def test_deleg_2_the_texts_of_camara_are_its_own(front: Front) -> None:
    path = "/one-time-password-sms/v1/send-code"
    answers = [
        await front.post(path, CHECKER, {}, **how) for how in ({}, {"accept_language": "et"})
    ]

    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("kind", ["permissions", "roles", "reasons", "states"])
async def test_deleg_2_catalogues_can_be_cached(front: Front, kind: str) -> None:
    path, token = f"/v1/{kind}", person_token(MARI)
    first = await front.get(path, token, accept_language="et")
    again = await front.get(path, token, accept_language="et", if_none_match=first.headers["etag"])
    other = await front.get(path, token, if_none_match=first.headers["etag"])

    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert again.content == b""
    assert first.headers["cache-control"] == "private, max-age=300"
    assert [each.headers["content-language"] for each in (first, other)] == ["et", "en"]
    assert first.headers["vary"] == "Accept-Language"
    assert first.json() != other.json()


async def test_deleg_2_roles_are_listed_with_their_permissions(front: Front) -> None:
    answer = await front.get("/v1/roles", CHECKER, accept_language="et")

    roles = {role["code"]: role for role in answer.json()["items"]}
    assert roles["accountant"]["text"] == "Raamatupidaja"
    assert "invoice:pay" in roles["accountant"]["permissions"]
    given = {code for code, role in roles.items() if role["may_be_given"]}
    assert given == {"administrator", "accountant", "user"}


async def test_deleg_2_a_code_with_several_sentences_lists_each(front: Front) -> None:
    answer = await front.get("/v1/reasons", CHECKER)

    texts = {reason["code"]: reason["texts"] for reason in answer.json()["items"]}
    assert len(texts["delegated"]) > 1
    assert texts["no_access"] == ["No access to this account is in force"]


async def test_deleg_2_nothing_else_may_be_cached(front: Front) -> None:
    answer = await front.get(f"/v1/accounts/{uuid4()}/people", person_token(MARI))

    assert answer.headers["cache-control"] == "no-store"


async def test_deleg_2_states_are_listed_by_what_they_are_states_of(front: Front) -> None:
    answer = await front.get("/v1/states", CHECKER, accept_language="et")

    said = {(each["enumeration"], each["code"]): each["text"] for each in answer.json()["items"]}
    assert said["delegation", "scheduled"] == "Algab hiljem"
    assert said["capacity", "board"] == "juhatuse liige"
    # A reason has the same code, and other words.
    assert said["verification_method", "mobiil_id"] == "Mobiil-ID"
    assert {name for name, _ in said} >= {"account", "basis", "origin", "service", "verification"}


@pytest.mark.parametrize("language", [ET, RU])
async def test_deleg_2_what_would_help_is_said_in_the_asked_language(
    front: Front, language: Language
) -> None:
    put(front.database, COMPANY)
    store_states(front.database, together(MARI, JAAN))
    asked = {
        "account_id": str(COMPANY.id),
        "person_id": str(front.id_of(MARI)),
        "permission": "invoice:pay",
    }

    said = await front.post("/v1/access/explain", SUPPORT, asked, accept_language=language)
    plain = await front.post("/v1/access/explain", SUPPORT, asked)

    first, second = (each["remedy"] for each in said.json()["missing"])
    roles = ", ".join(text(f"role.{role}", language) for role in ("accountant", "administrator"))
    assert first["text"] == text("remedy.role_with_permission", language, roles=roles)
    assert second["text"] == text("remedy.act_together", language)
    assert [each["remedy"]["text"] for each in plain.json()["missing"]] == [
        "A grant with one of the roles: Accountant, Administrator",
        "The other representatives must act together with this person",
    ]


def of_a_problem(language: Language, **more: object) -> dict[str, object]:
    problem = {"code": "delegation_refused", "title": "", "status": 409} | more
    said = translated(json.dumps(problem).encode(), language, problem=True)
    answer: dict[str, object] = json.loads(said) if said else problem
    return answer


@pytest.mark.parametrize("language", [ET, RU])
def test_deleg_2_every_refusal_of_a_problem_is_said_in_the_asked_language(
    language: Language,
) -> None:
    refusals = ["from_in_past", "to_yourself"]
    english = all_refusals(refusals, EN)

    said = of_a_problem(language, refusals=refusals, detail=english)
    other = of_a_problem(language, refusals=[*refusals, "newer"], detail=english)

    assert english == "The first day is over; Nobody gives this to themselves."
    assert said["detail"] == all_refusals(refusals, language)
    assert said["refusals"] == refusals
    assert other["detail"] == english


@pytest.mark.parametrize(
    ("raised", "language", "said"),
    [
        ("This is not a phone number", ET, "See ei ole telefoninumber"),
        ("Field required", RU, "Поле обязательно"),
        ("Nobody translated this", ET, "Nobody translated this"),
    ],
)
def test_deleg_2_what_is_wrong_with_a_field_is_said_in_the_asked_language(
    raised: str, language: Language, said: str
) -> None:
    issues = [{"pointer": "/number", "message": raised}]

    answer = of_a_problem(language, errors=issues)

    assert answer["errors"] == [{"pointer": "/number", "message": said}]


@pytest.mark.parametrize(
    ("stored", "facts", "said"),
    [
        (
            "What was given does not include invoice:pay",
            {"permission": "invoice:pay", "role": "composed"},
            "Antud volitus ei sisalda õigust „Arvete maksmine“",
        ),
        (
            "The role user does not include invoice:pay",
            {"permission": "invoice:pay", "role": "user"},
            "Roll „Kasutaja“ ei sisalda õigust „Arvete maksmine“",
        ),
    ],
)
def test_deleg_2_what_was_given_one_by_one_is_called_no_role(
    stored: str, facts: dict[str, str], said: str
) -> None:
    assert reason_text("permission_not_in_role", stored, facts, ET) == said


def test_deleg_2_the_english_texts_of_issues_are_those_that_are_raised() -> None:
    """A text that nothing raises is found by no answer: it would be there for nothing."""
    sources = " ".join(
        path.read_text() for layer in ("api", "domain") for path in Path(layer).rglob("*.py")
    )
    issues = {said for id_, said in messages(EN).items() if id_.startswith("issue.")}

    assert [said for said in sorted(issues - {"Field required"}) if said not in sources] == []
