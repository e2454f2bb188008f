"""order.9: errors in TMF630's form, with the numbers that clients know."""

import json

import pytest

from api.tmf641 import errors
from api.tmf641.addresses import PATH
from api.tmf641.error_kinds import ERROR_KINDS, Fault
from api.tmf641.errors import TmfError, of_status
from tests.builders.people import MARI
from tests.clients.api_client import ORDERS, Front, person_token

V3 = {
    Fault.URL_INVALID: (400, "20"),
    Fault.BODY_MISSING: (400, "21"),
    Fault.BODY_INVALID: (400, "22"),
    Fault.FIELD_MISSING: (400, "23"),
    Fault.FIELD_INVALID: (400, "24"),
    Fault.FIELD_SET_BY_SERVER: (400, "24"),
    Fault.HEADER_INVALID: (400, "26"),
    Fault.QUERY_INVALID: (400, "28"),
    Fault.TOKEN_MISSING: (401, "40"),
    Fault.TOKEN_REFUSED: (401, "41"),
    Fault.TOKEN_EXPIRED: (401, "42"),
    Fault.INSUFFICIENT_SCOPE: (403, "50"),
    Fault.NOT_PERMITTED: (403, "50"),
    Fault.TOO_MANY_REQUESTS: (429, "53"),
    Fault.NOT_FOUND: (404, "60"),
    Fault.METHOD_NOT_ALLOWED: (405, "61"),
    Fault.INTERNAL: (500, "1"),
    Fault.UNAVAILABLE: (503, "5"),
    Fault.SERVER_BUSY: (503, "6"),
}
"""Numbers of TMF641 v3; everything else has its status for one."""


@pytest.mark.parametrize("fault", list(Fault))
def test_order_9_every_error_has_its_number_and_our_stable_word(fault: Fault) -> None:
    answer = errors.answer(TmfError(fault, "/serviceOrderItem/0/id"))

    body = json.loads(bytes(answer.body))
    status, code = V3.get(fault, (answer.status_code, str(answer.status_code)))
    assert (answer.status_code, body["code"], body["status"]) == (status, code, str(status))
    assert body["reason"] == f"{fault}: {ERROR_KINDS[fault].text}"
    assert body["message"] == "/serviceOrderItem/0/id"
    assert body["@type"] == "Error"


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (400, Fault.URL_INVALID),
        (404, Fault.NOT_FOUND),
        (405, Fault.METHOD_NOT_ALLOWED),
        (408, Fault.REQUEST_TIMEOUT),
        (413, Fault.BODY_TOO_LARGE),
        (431, Fault.HEADER_TOO_LARGE),
        (503, Fault.SERVER_BUSY),
    ],
)
def test_order_9_a_status_of_the_server_has_its_error(status: int, fault: Fault) -> None:
    assert of_status(status).fault is fault


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "", 404, "60"),
        ("GET", "/", 404, "60"),
        ("GET", "/serviceOrders", 404, "60"),
        ("GET", "/serviceOrder/", 404, "60"),
        ("PUT", "/serviceOrder", 405, "61"),
        ("POST", "/serviceOrder/1", 405, "61"),
        ("DELETE", "/cancelServiceOrder/1", 405, "61"),
        ("GET", "/hub", 405, "61"),
        ("GET", "/serviceOrder/1", 404, "60"),
        ("GET", "/serviceOrder/1%0A2", 404, "60"),
        ("GET", "/%0A", 404, "60"),
        ("GET", "/serviceOrder/7D444840-9DC0-11D1-B245-5FFDCE74FAD2", 404, "60"),
        ("GET", "/serviceOrder/1?color=crimson", 400, "28"),
        ("GET", "/serviceOrder?fields=color", 400, "28"),
        ("POST", "/hub", 501, "501"),
        ("DELETE", "/hub/1", 501, "501"),
    ],
)
async def test_order_9_what_is_not_there_is_said_in_its_form(
    front: Front, method: str, path: str, status: int, code: str
) -> None:
    answer = await front.ask(method, f"{PATH}{path}", ORDERS)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert "color" not in answer.text
    assert "crimson" not in answer.text


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/serviceOrder", "GET, OPTIONS, POST"),
        ("/serviceOrder/1", "DELETE, GET, OPTIONS, PATCH"),
        ("/cancelServiceOrder", "GET, OPTIONS, POST"),
        ("/cancelServiceOrder/1", "GET, OPTIONS"),
    ],
)
async def test_order_9_a_method_that_is_not_there_is_told_those_that_are(
    front: Front, path: str, methods: str
) -> None:
    answer = await front.ask("PUT", f"{PATH}{path}", ORDERS)

    assert (answer.status_code, answer.headers["allow"]) == (405, methods)


async def test_order_9_texts_are_the_standards_whatever_language_is_asked_for(
    front: Front,
) -> None:
    path = f"{PATH}/serviceOrder/1"
    answers = [await front.get(path, ORDERS, accept_language=each) for each in ("en", "et")]

    assert answers[0].json() == answers[1].json()


async def test_order_9_a_body_may_be_larger_here_and_is_limited(front: Front) -> None:
    async def sent(size: int, path: str) -> int:
        body = {"serviceOrder": {"id": "x"}, "filler": "a" * size}
        return (await front.post(path, ORDERS, body)).status_code

    assert await sent(200_000, f"{PATH}/cancelServiceOrder") == 409
    assert await sent(300_000, f"{PATH}/cancelServiceOrder") == 413
    assert await sent(200_000, "/v1/access/check") == 413


async def test_order_9_an_expired_token_is_called_so(front: Front) -> None:
    answer = await front.get(f"{PATH}/serviceOrder", person_token(MARI, exp=1))

    assert (answer.status_code, answer.json()["code"]) == (401, "42")
