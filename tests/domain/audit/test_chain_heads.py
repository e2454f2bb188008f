"""Published heads: their canonical text, and what a chain that contradicts them gives away."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.audit import GENESIS
from domain.chain_heads import ChainHead, HeadComparison

NOON = datetime(2026, 11, 28, 12, 0, 0, 5, tzinfo=UTC)
CHAIN = [f"{n:064x}" for n in range(1, 6)]


def _head(position: int, digest: str | None = None, minute: int = 0) -> ChainHead:
    at = NOON + timedelta(minutes=minute or position)
    return ChainHead(position, CHAIN[position - 1] if digest is None else digest, at)


def _compared(*heads: ChainHead, chain: list[str] = CHAIN) -> HeadComparison:
    comparison = HeadComparison.of(heads)
    for position, digest in enumerate(chain, start=1):
        comparison.read(position, digest)
    return comparison


def test_the_canonical_text_is_the_same_in_every_zone() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=2)))

    texts = {ChainHead(7, CHAIN[0], at).text() for at in (NOON, elsewhere)}

    assert texts == {
        f"volitus-event-chain-head-v1\n7\n{CHAIN[0]}\n2026-11-28T12:00:00.000005+00:00".encode()
    }


def test_heads_of_this_chain_agree_in_any_order_and_however_often() -> None:
    empty = ChainHead(0, GENESIS, NOON)

    comparison = _compared(_head(5), _head(2), _head(2, minute=9), empty)

    assert comparison.fault() is None
    assert (comparison.compared, comparison.agrees_to) == (4, 5)


@pytest.mark.parametrize(
    ("heads", "chain", "position", "said"),
    [
        pytest.param([_head(2), _head(4, "ff")], CHAIN, 4, "rewritten after position 2", id="late"),
        pytest.param([_head(1, "ff"), _head(4)], CHAIN, 1, "from its beginning", id="early"),
        pytest.param([_head(2), _head(5)], CHAIN[:3], 5, "was cut off", id="cut-off"),
        pytest.param([_head(4, "ff"), _head(5)], CHAIN[:4], 4, "rewritten", id="both"),
        pytest.param([_head(4), _head(4, "ff")], CHAIN, 4, "rewritten", id="two-of-one-position"),
        pytest.param([ChainHead(0, "ff", NOON)], CHAIN, 0, "from its beginning", id="no-genesis"),
    ],
)
def test_fault_20_the_first_contradiction_is_named(
    heads: list[ChainHead], chain: list[str], position: int, said: str
) -> None:
    fault = _compared(*heads, chain=chain).fault()

    assert fault is not None
    assert fault[0] == position
    assert said in fault[1]
