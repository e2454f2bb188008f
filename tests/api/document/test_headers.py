"""api.2: headers that are sent by a rule are documented wherever the rule holds."""

from collections.abc import Iterator
from typing import Any

from tests.oracles.api_description import api_description


def answers() -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    for path in api_description()["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                yield operation, status, answer.get("headers", {})


def test_retry_after_is_documented_wherever_it_is_sent() -> None:
    found = list(answers())

    assert [o["operationId"] for o, s, h in found if s in {"429", "503"} and not h] == []
    in_use = [
        (each, headers)
        for each, _, headers in found
        if "`idempotency_key_in_use`" in each["responses"].get("409", {}).get("description", "")
    ]
    assert in_use
    assert all("Retry-After" in each["responses"]["409"]["headers"] for each, _ in in_use)


def test_a_repeated_answer_says_so_wherever_a_key_is_taken() -> None:
    for operation, status, headers in answers():
        takes_key = "Idempotency-Key" in {each["name"] for each in operation.get("parameters", ())}
        is_kept = status < "500" and status not in {"401", "429"}
        assert ("Idempotent-Replayed" in headers) is (takes_key and is_kept), (operation, status)
