"""joint.7, joint.8: mandate officers read signing rules and look at groups, over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.auth.principals import StaffRole
from domain.identifiers import PersonKey
from tests.builders.days import today
from tests.builders.people import ANNA, JAAN, KATI, MARI
from tests.builders.register_states import KUUSK, joint, state, together
from tests.builders.rows import NOTED, company_id, put, rows, store_states
from tests.builders.signing_rules import (
    OFFICE,
    RULE,
    access,
    digest,
    opaque,
)
from tests.clients.api_client import OPS, SUPPORT, Answer, Front, known_as, staff_token

RULES = "/v1/ops/signing-rules"
ANN, BEN = (staff_token(StaffRole.MANDATE_OFFICER, subject=name) for name in ("ann", "ben"))
WHY = {"reason": "põhikiri § 4"}
DOCUMENT = {"kind": "articles", "description": "Põhikiri, lk 3", "reference": "toimik 12"}


@pytest.fixture
def kuusk(front: Front) -> UUID:
    """Kuusk, a customer whose signing rule stands in words."""
    put(front.database, OFFICE)
    store_states(front.database, opaque())
    return company_id(front.database, KUUSK)


def code(who: PersonKey) -> dict[str, str]:
    return {"country": who.country, "code": who.code}


def reading(front: Front, **changes: Any) -> dict[str, Any]:
    return {
        "digest": digest(front.database),
        "groups": [[code(MARI), code(JAAN)], [code(ANNA)]],
        "through_day": (today() + timedelta(30)).isoformat(),
        "document": DOCUMENT,
    } | changes


async def post(front: Front, path: str, token: str, body: object, key: str = "") -> Answer:
    return await front.post(f"{RULES}/{path}", token, body, idempotency_key=key or str(uuid4()))


async def record(front: Front, company: UUID, **changes: Any) -> Answer:
    return await post(front, f"{company}/readings", ANN, reading(front, **changes))


async def listed(front: Front, waits_for: str = "") -> list[dict[str, Any]]:
    asked = f"?waits_for={waits_for}" if waits_for else ""
    answer = await front.get(f"{RULES}{asked}", SUPPORT)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_joint_8_two_officers_read_a_rule(front: Front, kuusk: UUID) -> None:
    recorded = await record(front, kuusk)
    id_ = recorded.json()["id"]
    alone = await post(front, f"readings/{id_}/confirm", ANN, WHY)
    confirmed = await post(front, f"readings/{id_}/confirm", BEN, WHY)
    shown = (await front.get(f"{RULES}/readings/{id_}", SUPPORT)).json()

    assert (recorded.status_code, recorded.json()["state"]) == (201, "proposed")
    assert (alone.status_code, alone.json()["code"]) == (409, "second_person_needed")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    assert access(front.database) == {
        (MARI, OFFICE.id, "joint_representative"),
        (JAAN, OFFICE.id, "joint_representative"),
        (ANNA, OFFICE.id, "administrator"),
    }
    assert (shown["recorded_by"]["id"], shown["decided_by"]["id"]) == (
        known_as("ann"),
        known_as("ben"),
    )
    assert shown["document"]["description"] == DOCUMENT["description"]


async def test_joint_8_officers_see_the_words_and_nobody_a_code(front: Front, kuusk: UUID) -> None:
    await record(front, kuusk)

    answer = await front.get(f"{RULES}/{kuusk}", SUPPORT)

    shown = answer.json()
    assert (shown["words"], shown["opaque"], shown["digest"]) == (
        RULE,
        True,
        digest(front.database),
    )
    assert {each["person_id"] for each in shown["holders"]} == {
        str(front.id_of(who)) for who in (MARI, JAAN, ANNA)
    }
    assert [each["state"] for each in shown["readings"]] == ["proposed"]
    for who in (MARI, JAAN, ANNA):
        assert who.code not in answer.text


async def test_joint_8_what_an_answer_keeps_names_nobody(front: Front, kuusk: UUID) -> None:
    first = await record(front, kuusk)

    assert first.json()["document"]["description"] is None
    assert {m["name"] for group in first.json()["groups"] for m in group} == {None}


async def test_joint_8_recording_is_done_once_for_a_key(front: Front, kuusk: UUID) -> None:
    asked = reading(front)
    first = await post(front, f"{kuusk}/readings", ANN, asked, key="one")
    again = await post(front, f"{kuusk}/readings", ANN, asked, key="one")

    assert first.json() == again.json()
    assert len(rows(front.database, "SELECT FROM signing_rule_reading")) == 1


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        pytest.param({"digest": "0" * 64}, ["signing_rule_changed"], id="not-what-was-seen"),
        pytest.param({"groups": [[code(KATI)]]}, ["member_not_counted"], id="not-a-holder"),
        pytest.param(
            {"groups": [[code(KATI)]], "through_day": "2020-01-01"},
            ["member_not_counted", "through_in_past"],
            id="everything-that-is-wrong",
        ),
        pytest.param({"through_day": "2099-01-01"}, ["longer_than_five_years"], id="too-long"),
    ],
)
async def test_joint_8_what_is_no_reading_is_refused(
    front: Front, kuusk: UUID, changes: dict[str, Any], refusals: list[str]
) -> None:
    answer = await record(front, kuusk, **changes)

    assert (answer.status_code, answer.json()["code"]) == (409, "reading_refused")
    assert answer.json()["refusals"] == refusals


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        pytest.param({"groups": [[code(MARI) | {"code": "1"}]]}, "/groups/0/0/code", id="code"),
        pytest.param({"groups": []}, "/groups", id="no-groups"),
        pytest.param({"groups": [[]]}, "/groups/0", id="an-empty-group"),
        pytest.param({"groups": [[code(MARI)]] * 21}, "/groups", id="too-many-groups"),
        pytest.param({"groups": [[code(MARI)] * 11]}, "/groups/0", id="too-many-members"),
        pytest.param(
            {"document": DOCUMENT | {"description": "x" * 501}}, "/document/description", id="text"
        ),
        pytest.param(
            {"document": DOCUMENT | {"reference": "\u202ex"}}, "/document/reference", id="unseen"
        ),
    ],
)
async def test_joint_8_invalid_input_is_pointed_at(
    front: Front, kuusk: UUID, changes: dict[str, Any], pointer: str
) -> None:
    answer = await record(front, kuusk, **changes)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_joint_8_a_reading_is_rejected_withdrawn_or_ended(front: Front, kuusk: UUID) -> None:
    first = (await record(front, kuusk)).json()["id"]
    rejected = await post(front, f"readings/{first}/reject", BEN, WHY)
    second = (await record(front, kuusk)).json()["id"]
    of_another = await post(front, f"readings/{second}/withdraw", BEN, WHY)
    withdrawn = await post(front, f"readings/{second}/withdraw", ANN, WHY)
    third = (await record(front, kuusk)).json()["id"]
    early = await post(front, f"readings/{third}/end", ANN, WHY)
    await post(front, f"readings/{third}/confirm", BEN, WHY)
    ended = await post(front, f"readings/{third}/end", ANN, WHY)

    assert [each.json()["state"] for each in (rejected, withdrawn, ended)] == [
        *("rejected", "withdrawn", "ended")
    ]
    assert of_another.json()["refusals"] == ["not_the_proposer"]
    assert early.json()["refusals"] == ["not_open"]
    assert access(front.database) == set()


async def test_joint_8_the_list_says_what_waits(front: Front, kuusk: UUID) -> None:
    async def waiting() -> tuple[list[str], str | None]:
        (line,) = await listed(front)
        assert (line["company_id"], line["opaque"]) == (str(kuusk), True)
        return line["waits_for"], line["read_through"]

    through = (today() + timedelta(30)).isoformat()
    before = await waiting()
    id_ = (await record(front, kuusk)).json()["id"]
    proposed = await waiting()
    await post(front, f"readings/{id_}/confirm", BEN, WHY)
    applies = await waiting()
    store_states(front.database, opaque(MARI, JAAN, minute=1))
    void = await waiting()

    assert before == (["reading"], None)
    assert proposed == (["confirmation"], None)
    assert applies == ([], through)
    assert void == (["reading"], None)
    assert [each["company_id"] for each in await listed(front, "reading")] == [str(kuusk)]
    assert await listed(front, "confirmation") == []


async def test_joint_8_only_rules_that_stand_in_words_are_listed(front: Front, kuusk: UUID) -> None:
    store_states(front.database, state(joint(MARI), minute=1))

    assert await listed(front) == []


async def test_joint_7_an_officer_looks_at_groups_and_may_change_their_mind(front: Front) -> None:
    put(front.database, OFFICE)
    store_states(front.database, together(MARI, JAAN))
    company = company_id(front.database, KUUSK)
    seen = {"digest": digest(front.database)} | WHY

    doubted = await post(front, f"{company}/look", ANN, seen | {"result": "refused"})
    looked = await post(front, f"{company}/look", BEN, seen | {"result": "confirmed"})
    shown = (await front.get(f"{RULES}/{company}", OPS)).json()

    assert doubted.json()["look"]["result"] == "refused"
    assert looked.json()["look"]["result"] == "confirmed"
    assert (shown["look"]["looked_by"]["id"], shown["look"]["note"]) == (
        known_as("ben"),
        WHY["reason"],
    )
    assert [len(group) for group in shown["groups"]] == [2]
    found = rows(front.database, f"{NOTED} WHERE kind = 'signing_rule:looked_at' ORDER BY e.id")
    assert [row.after["result"] for row in found] == ["refused", "confirmed"]


async def test_joint_7_a_look_is_of_what_was_seen(front: Front) -> None:
    store_states(front.database, together(MARI, JAAN))
    company = company_id(front.database, KUUSK)
    seen = {"digest": digest(front.database), "result": "confirmed"} | WHY
    store_states(front.database, together(MARI, ANNA, minute=1))

    late = await post(front, f"{company}/look", ANN, seen)
    shown = (await front.get(f"{RULES}/{company}", OPS)).json()

    assert late.json()["refusals"] == ["signing_rule_changed"]
    assert shown["look"] is None


@pytest.mark.parametrize(
    ("path", "method"),
    [
        pytest.param(f"{uuid4()}", "get", id="company"),
        pytest.param(f"readings/{uuid4()}", "get", id="reading"),
        pytest.param(f"readings/{uuid4()}/confirm", "post", id="confirm"),
        pytest.param(f"readings/{uuid4()}/end", "post", id="end"),
    ],
)
async def test_joint_8_what_there_is_not_is_not_found(front: Front, path: str, method: str) -> None:
    if method == "get":
        answer = await front.get(f"{RULES}/{path}", ANN)
    else:
        answer = await post(front, path, ANN, WHY)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_joint_8_a_company_without_an_account_here_waits_for_nobody(front: Front) -> None:
    store_states(front.database, opaque())

    assert await listed(front) == []
