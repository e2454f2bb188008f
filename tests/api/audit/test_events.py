"""The feed: everything that happened, in the order of the chain, from wherever one stopped."""

from domain.audit import GENESIS, chained
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, put, store_states
from tests.clients.api_client import OPS, WATCHER, Front

PATH = "/v1/events"


async def test_a_new_event_is_in_the_feed_at_once(front: Front) -> None:
    put(front.database, account(KUUSK, 1))
    store_states(front.database, state(sole(MARI)))

    items = (await front.get(PATH, WATCHER)).json()["items"]

    assert [item["position"] for item in items] == [1, 2, 3]
    assert [item["kind"] for item in items] == [
        "account:created",
        "register_state:changed",
        "grant:started",
    ]


async def test_a_follower_continues_from_its_cursor(front: Front) -> None:
    put(front.database, account(KUUSK, 1), account(KUUSK, 2))
    first = (await front.get(f"{PATH}?limit=1", WATCHER)).json()
    second = (await front.get(f"{PATH}?after={first['next']}", WATCHER)).json()
    nothing = (await front.get(f"{PATH}?after={second['next']}", WATCHER)).json()
    store_states(front.database, state(sole(JAAN)))

    news = await front.get(f"{PATH}?after={nothing['next']}", WATCHER)

    positions = [
        [item["position"] for item in page["items"]]
        for page in (first, second, nothing, news.json())
    ]
    assert positions == [[1], [2], [], [3, 4, 5]]
    assert nothing["next"] == second["next"]
    assert news.headers["Link"] == f'<{PATH}?after={news.json()["next"]}>; rel="next"'


async def test_anyone_can_recompute_the_chain_from_the_feed(front: Front) -> None:
    put(front.database, account(KUUSK, 1))
    store_states(front.database, state(sole(MARI)))

    items = (await front.get(PATH, OPS)).json()["items"]

    head = GENESIS
    for item in items:
        line = {name: value for name, value in item.items() if name not in {"position", "hash"}}
        head = chained(head, line)
        assert head == item["hash"]


async def test_an_empty_history_can_be_followed(front: Front) -> None:
    nothing = (await front.get(PATH, WATCHER)).json()
    put(front.database, account(KUUSK, 1))

    news = (await front.get(f"{PATH}?after={nothing['next']}", WATCHER)).json()

    assert (nothing["items"], len(news["items"])) == ([], 1)
