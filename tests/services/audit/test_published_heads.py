"""Reading published heads back from logs: which are trusted, and which are not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.chain_heads import ChainHead
from services.audit.head_signatures import HeadKeys, HeadSigner, as_pem, key_id
from services.audit.published_heads import read_heads

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
KEYS = HeadKeys([KEY.public_key()])
HEAD = ChainHead(7, "ab" * 32, datetime(2026, 11, 28, 12, tzinfo=UTC))


def _line(key: Ed25519PrivateKey = KEY, **changes: Any) -> str:
    fields = HeadSigner(key).sign(HEAD).fields()
    return json.dumps({"process": "scheduler", "event": "event_chain_head", **fields, **changes})


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(_line(), id="as-logged"),
        pytest.param(f"scheduler-1  | {_line()}", id="docker-compose-logs"),
        pytest.param(f"2026-11-28T12:00:00Z stdout F {_line()}", id="kubernetes"),
        pytest.param(json.dumps({"log": f"{_line()}\n"}), id="docker-json-file"),
    ],
)
def test_a_head_is_read_as_it_stands_in_logs(line: str) -> None:
    others = ["", "no json", "{", '{"event": "sync_started"}', '["event_chain_head"]', "[" * 5000]
    broken = [f"{_line()[:-9]}", '{"event": "event_chain_head_unavailable"}', '{"event_chain_head']

    read = read_heads([*others, line, *broken], KEYS)

    assert (read.heads, read.rejected) == ([HEAD], 0)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param(_line(position=8), "signature is not valid", id="another-position"),
        pytest.param(_line(digest="cd" * 32), "signature is not valid", id="another-hash"),
        pytest.param(_line(at="2026-11-29T12:00:00+00:00"), "not valid", id="another-time"),
        pytest.param(_line(signature="zz"), "a field is missing", id="no-hex"),
        pytest.param(_line(signature="00" * 64), "signature is not valid", id="no-signature"),
        pytest.param(
            _line(OTHER), f"{key_id(OTHER.public_key())}, which is not given", id="another-key"
        ),
        pytest.param(
            _line(OTHER, key_id=key_id(KEY.public_key())), "not valid", id="in-the-keys-name"
        ),
        pytest.param(_line(position="7"), "a field is missing", id="a-text-for-a-number"),
        pytest.param(_line(position=True), "a field is missing", id="a-truth-for-a-number"),
        pytest.param(_line(at="noon"), "a field is missing", id="no-time"),
        pytest.param(_line(at="0001-01-01T00:00:00+14:00"), "is missing", id="before-all-time"),
        pytest.param(_line(key_id="\x1b[2J\x1b]0;all is well\a"), "is missing", id="a-terminal"),
        pytest.param(_line(at="2026-11-28T12:00:00"), "a field is missing", id="no-zone"),
        pytest.param(_line(signature=None), "a field is missing", id="null"),
    ],
)
def test_fault_20_a_head_that_the_key_did_not_sign_is_not_trusted(line: str, problem: str) -> None:
    read = read_heads(["", line], KEYS)

    assert (read.heads, read.rejected) == ([], 1)
    assert read.problems[0].startswith("line 2: ")
    assert problem in read.problems[0]


def test_heads_of_an_earlier_key_are_trusted_where_it_is_given_too() -> None:
    both = HeadKeys.of_pem(as_pem(OTHER.public_key()) + as_pem(KEY.public_key()))

    assert len(read_heads([_line(), _line(OTHER)], both).heads) == 2


@pytest.mark.parametrize("text", ["", "a key", as_pem(KEY.public_key()).replace("M", "m")])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        HeadKeys.of_pem(text)
