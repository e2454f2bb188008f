"""What concerned the calling person."""

from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, give, put, store_states
from tests.clients.api_client import PORTAL, Front, person_token

COMPANY = account(KUUSK, 1)
PATH = "/v1/me/history"


async def test_deleg_17_my_history_lists_what_concerned_me_also_after_my_access_ended(
    front: Front,
) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    give(front.database, TIIU, COMPANY, "user")
    store_states(front.database, state(sole(JAAN), minute=1))

    mari = str(front.id_of(MARI))
    answer = await front.get(PATH, person_token(MARI))
    by_portal = await front.get(PATH, PORTAL, on_behalf_of=mari)

    items = answer.json()["items"]
    assert [each["kind"] for each in items] == ["grant:ended", "grant:started"]
    assert {each["person_id"] for each in items} == {mari}
    assert by_portal.json() == answer.json()


async def test_deleg_17_my_history_has_pages(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    store_states(front.database, state(sole(JAAN), minute=1))
    mari = person_token(MARI)

    first = (await front.get(f"{PATH}?limit=1", mari)).json()
    second = (await front.get(f"{PATH}?limit=1&after={first['next']}", mari)).json()

    kinds = [each["kind"] for each in (*first["items"], *second["items"])]
    assert (kinds, second["next"]) == (["grant:ended", "grant:started"], None)


async def test_deleg_17_my_history_does_not_name_the_owner_before_me(front: Front) -> None:
    put(front.database, account(JAAN, 2))
    put(front.database, account(MARI, 2))
    jaan = str(front.id_of(JAAN))

    mine = await front.get(PATH, person_token(MARI))
    theirs = await front.get(PATH, person_token(JAAN))

    assert [each["kind"] for each in mine.json()["items"]] == ["grant:started"]
    assert jaan not in mine.text
    assert "grant:ended" in [each["kind"] for each in theirs.json()["items"]]
    assert str(front.id_of(MARI)) not in theirs.text
