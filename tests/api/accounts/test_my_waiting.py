"""What waits for the calling person, in numbers."""

from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, put, store_states
from tests.clients.api_client import PORTAL, Front, person_token

PATH = "/v1/me/waiting"
NOTHING = {"confirmations": 0, "offers": 0, "access_requests": 0, "contracts": 0, "notices": 0}
ASKED = {"role": "accountant", "company": {"country": "EE", "code": KUUSK.code}}


async def test_page_5_nothing_waits_for_somebody_new(front: Front) -> None:
    assert (await front.get(PATH, person_token(MARI))).json() == NOTHING


async def test_page_5_a_request_waits_for_those_who_could_approve_it(front: Front) -> None:
    put(front.database, account(KUUSK, 1), account(KUUSK, 2))
    store_states(front.database, state(sole(MARI)))
    asked = await front.post(
        "/v1/access-requests", person_token(JAAN), ASKED, **{"Idempotency-Key": "a" * 36}
    )
    assert asked.status_code == 201, asked.text

    waiting = (await front.get(PATH, person_token(MARI))).json()
    by_portal = await front.get(PATH, PORTAL, on_behalf_of=str(front.id_of(MARI)))
    own = (await front.get(PATH, person_token(JAAN))).json()

    assert waiting["access_requests"] == 1, "one request, on two accounts"
    assert by_portal.json() == waiting
    assert own["access_requests"] == 0
