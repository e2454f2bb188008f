"""Operations compare the heads that were published with the chain as it is now."""

from datetime import UTC, datetime

import pytest

from domain.chain_heads import ChainHead
from services.audit.head_signatures import as_pem
from storage.audit import hash_chain
from tests.builders.published_heads import KEY, OTHER, line
from tests.builders.rows import write
from tests.clients.api_client import OPS, Front

COMPARE = "/v1/ops/events/verification/heads"


async def test_page_14_published_heads_are_compared_with_the_chain(front: Front) -> None:
    write(front.database, 3)
    hash_chain.seal_all(front.database)
    with front.database.reading() as connection:
        head = hash_chain.head(connection)
    rewritten = ChainHead(2, 64 * "a", datetime.now(UTC))
    cut_off = ChainHead(9, 64 * "b", datetime.now(UTC))
    lines = [line(cut_off), line(head), "another line", line(rewritten), line(head, OTHER)]

    sent = {"lines": lines, "public_keys": as_pem(KEY.public_key())}
    answer = (await front.post(COMPARE, OPS, sent)).json()

    assert [(each["position"], each["verdict"]) for each in answer["heads"]] == [
        (2, "contradicted"),
        (3, "agrees"),
        (9, "cut_off"),
    ]
    assert answer["rejected"] == 1
    assert answer["first_rejected"] == [{"line": 5, "problem": "key_unknown"}]


@pytest.mark.parametrize("keys", ["x", as_pem(KEY.public_key()).replace("M", "m")])
async def test_page_14_without_a_public_key_no_head_is_compared(front: Front, keys: str) -> None:
    answer = await front.post(COMPARE, OPS, {"lines": ["x"], "public_keys": keys})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/public_keys"
