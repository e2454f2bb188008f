"""However many guess at once: exactly the allowed number of tries."""

import asyncio
from collections import Counter

import pytest

from tests.builders.rows import history, rows
from tests.clients.api_client import NUMBERS, Front
from tests.clients.number_verification import CODE, sent, type_in

TRIES = NUMBERS.rules.wrong_codes


@pytest.mark.parametrize("guesses", [TRIES, 100, pytest.param(1000, marks=pytest.mark.long)])
async def test_of_many_wrong_codes_at_once_exactly_the_allowed_number_is_tried(
    front: Front, guesses: int
) -> None:
    id_ = sent(front)
    wrong = (f"{code:06d}" for code in range(guesses))

    answers = await asyncio.gather(*(type_in(front, id_, code) for code in wrong))
    right = await type_in(front, id_, CODE)

    counts = Counter((answer.status_code, answer.json()["code"]) for answer in answers)
    assert counts == {
        (422, "code_wrong"): TRIES - 1,
        (409, "verification_closed"): guesses - TRIES + 1,
    }
    assert right.json()["code"] == "verification_closed"
    (row,) = rows(front.database, "SELECT * FROM verification")
    assert (row.wrong_codes, row.state, row.reason["code"]) == (
        TRIES,
        "failed",
        "too_many_wrong_codes",
    )
    assert history(front.database) == ["verification:started", "verification:ended"]
