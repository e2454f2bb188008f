"""The guards themselves: they must see what they are for, and be quiet otherwise."""

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent

from tests.fixtures import leak_scanner, payload_keys
from tests.fixtures.leak_scanner import Leak


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("sub=EE38001085718", {"personal code"}, id="personal-code-as-subject"),
        pytest.param('{"code": 38001085718}', {"personal code"}, id="personal-code-as-number"),
        pytest.param("to +3725551234", {"phone number"}, id="phone"),
        pytest.param("Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.x", {"token"}, id="token"),
        pytest.param("parool salajane", {"password"}, id="password"),
        pytest.param("Mari Maasikas", set[str](), id="names-may-be-logged-nowhere-but-asked-apart"),
        pytest.param("0.38001085718", set[str](), id="decimals"),
        pytest.param("b0f1-a38001085718", set[str](), id="hexadecimal"),
        pytest.param("2026-11-23T01:00:00+00:00", set[str](), id="time"),
    ],
)
def test_personal_data_in_logs_is_found(text: str, found: set[str]) -> None:
    assert leak_scanner.secrets_in(text) == found


def test_names_in_histories_are_found() -> None:
    assert leak_scanner.personal_in("Mari Maasikas") == {"name"}
    assert leak_scanner.personal_in("summary, amari, tammsaare") == set()


async def leaks_in(event: HistoryEvent) -> list[Leak]:
    return [leak async for leak in leak_scanner.in_message(event, payload_keys.cipher())]


def started(payload: Payload) -> HistoryEvent:
    event = HistoryEvent()
    event.workflow_execution_started_event_attributes.input.payloads.append(payload)
    return event


async def test_encrypted_payloads_are_opened_and_read() -> None:
    (sealed,) = await payload_keys.cipher().encode([Payload(data='"Põld"'.encode())])

    found = await leaks_in(started(sealed))

    assert found == [Leak("/workflow_execution_started_event_attributes/input/payloads", "name")]


async def test_escaped_words_are_read_too() -> None:
    (sealed,) = await payload_keys.cipher().encode([Payload(data=b'{"m": "J\\u00f5hvikas"}')])

    assert [leak.what for leak in await leaks_in(started(sealed))] == ["name"]


async def test_unencrypted_payloads_are_found() -> None:
    clear = Payload(metadata={"encoding": b"json/plain"}, data=b'"38001085718"')

    assert [leak.what for leak in await leaks_in(started(clear))] == [
        "a payload in the clear",
        "personal code",
    ]


async def test_ids_are_read() -> None:
    event = HistoryEvent()
    event.workflow_execution_started_event_attributes.workflow_id = "refresh/38001085718"

    assert [leak.what for leak in await leaks_in(event)] == ["personal code"]


async def test_search_attributes_may_be_in_the_clear_but_not_personal() -> None:
    event = HistoryEvent()
    attributes = event.upsert_workflow_search_attributes_event_attributes.search_attributes
    attributes.indexed_fields["Owner"].data = b'"Kibuvits"'
    attributes.indexed_fields["Stage"].data = b'"held"'

    assert [leak.what for leak in await leaks_in(event)] == ["name"]
