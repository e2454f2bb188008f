"""Payloads in Temporal are unreadable without the keys, and readable while the keys exist."""

from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import WorkflowSerializationContext
from temporalio.exceptions import ApplicationError

from activities.registry.sync_runs import SyncRequest
from domain.registry.sync import SyncSource
from runtime.payload_codec import PayloadCipher
from runtime.payload_refusals import PayloadUnreadable, is_refused
from runtime.temporal_client import connect, data_converter
from tests.fixtures import payload_keys
from tests.fixtures.engine import Engine, until_told
from tests.fixtures.engine_plugin import working
from workflows.registry.register_sync import RegisterSync

ONE, OTHER = bytes(32), bytes(range(32))
REQUEST = SyncRequest(source="file", subject="2026-11-23T03:30Z")


async def sealed(cipher: PayloadCipher, value: Any = REQUEST) -> Payload:
    (payload,) = await data_converter(cipher).encode([value])
    return payload


async def opened(cipher: PayloadCipher, payload: Payload) -> Any:
    (value,) = await data_converter(cipher).decode([payload], [SyncRequest])
    return value


async def test_an_encrypted_payload_is_decrypted_unchanged() -> None:
    cipher = PayloadCipher({"k1": ONE}, "k1")

    payload = await sealed(cipher)

    assert await opened(cipher, payload) == REQUEST


async def test_the_plain_text_is_not_visible() -> None:
    cipher = PayloadCipher({"k1": ONE}, "k1")

    payload, again = await sealed(cipher), await sealed(cipher)

    assert payload.metadata == {
        "encoding": b"binary/encrypted",
        "encryption-key-id": b"k1",
        "namespace": b"",
        "workflow-id": b"",
    }
    assert b"file" not in payload.data
    assert payload.data != again.data


async def test_the_old_key_still_reads_and_the_new_one_writes() -> None:
    old = await sealed(PayloadCipher({"k1": ONE}, "k1"))
    rotated = PayloadCipher({"k1": ONE, "k2": OTHER}, "k2")

    new = await sealed(rotated)

    assert await opened(rotated, old) == REQUEST
    assert new.metadata["encryption-key-id"] == b"k2"


async def test_without_the_key_it_cannot_be_read() -> None:
    payload = await sealed(PayloadCipher({"k1": ONE}, "k1"))

    with pytest.raises(PayloadUnreadable):
        await opened(PayloadCipher({"k2": OTHER}, "k2"), payload)


@pytest.mark.parametrize("place", [0, 11, 12, -17, -1], ids=lambda place: f"byte {place}")
async def test_a_changed_byte_is_noticed(place: int) -> None:
    cipher = PayloadCipher({"k1": ONE}, "k1")
    payload = await sealed(cipher)
    data = bytearray(payload.data)
    data[place] ^= 1
    payload.data = bytes(data)

    with pytest.raises(PayloadUnreadable):
        await opened(cipher, payload)


async def test_the_name_of_the_key_cannot_be_exchanged() -> None:
    cipher = PayloadCipher({"k1": ONE, "same": ONE}, "k1")
    payload = await sealed(cipher)
    payload.metadata["encryption-key-id"] = b"same"

    with pytest.raises(PayloadUnreadable):
        await opened(cipher, payload)


@pytest.mark.parametrize("encoding", ["json/plain", "binary/null", "binary/refused", ""])
async def test_fault_22_an_unencrypted_payload_is_refused(encoding: str) -> None:
    cipher = PayloadCipher({"k1": ONE}, "k1")
    plain = Payload(
        metadata={"encoding": encoding.encode()}, data=b'{"source":"file","subject":""}'
    )

    with pytest.raises(PayloadUnreadable, match="not encrypted"):
        await opened(cipher, plain)


async def test_fault_22_one_refused_payload_does_not_hide_the_others() -> None:
    cipher = PayloadCipher({"k1": ONE}, "k1")
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b"1")

    refused, read = await cipher.decode([plain, await sealed(cipher)])

    assert is_refused(refused)
    assert b"2026-11-23T03:30Z" in read.data


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param(WorkflowSerializationContext("default", "two"), id="another-workflow"),
        pytest.param(WorkflowSerializationContext("other", "one"), id="another-namespace"),
    ],
)
async def test_fault_22_a_payload_of_another_workflow_is_refused(
    elsewhere: WorkflowSerializationContext,
) -> None:
    cipher = PayloadCipher({"k1": ONE}, "k1")
    here = cipher.with_context(WorkflowSerializationContext("default", "one"))
    payload = await sealed(here)

    assert await opened(here, payload) == REQUEST
    with pytest.raises(PayloadUnreadable, match="another workflow"):
        await opened(cipher.with_context(elsewhere), payload)


async def test_fault_22_a_payload_that_was_made_for_no_workflow_is_refused_in_one() -> None:
    cipher = PayloadCipher({"k1": ONE}, "k1")

    with pytest.raises(PayloadUnreadable, match="another workflow"):
        await opened(
            cipher.with_context(WorkflowSerializationContext("default", "one")),
            await sealed(cipher),
        )


@pytest.mark.parametrize("name", ["namespace", "workflow-id"])
async def test_fault_22_where_a_payload_belongs_cannot_be_changed(name: str) -> None:
    cipher = PayloadCipher({"k1": ONE}, "k1")
    payload = await sealed(cipher.with_context(WorkflowSerializationContext("default", "one")))
    payload.metadata[name] = b"two"

    with pytest.raises(PayloadUnreadable, match="changed"):
        await opened(cipher, payload)


async def test_fault_22_a_client_without_a_key_cannot_release_a_held_run(engine: Engine) -> None:
    """It can wake the workflow, which then reads that nobody has decided."""
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.CHECK)
    before = engine.grants()
    leaving = [{"code": code, "holders": []} for code in engine.codes()[:40]]
    engine.register.control("POST", "/companies", leaving)
    handle = await engine.start(SyncSource.CHECK)
    await until_told(handle, "Held")
    address = engine.settings.temporal.address
    stranger = await Client.connect(address, data_converter=pydantic_data_converter)
    forged = stranger.get_workflow_handle_for(RegisterSync.run, handle.id)

    await forged.signal(RegisterSync.wake)
    assert engine.grants() == before

    assert await engine.decide(handle, "reject", by="bob")
    run = await engine.ended(handle)
    assert (run.state, run.decided_by) == ("rejected", "bob")
    assert engine.grants() == before


def test_the_current_key_must_be_one_of_the_ring() -> None:
    with pytest.raises(ValueError, match="not among"):
        PayloadCipher({"k1": ONE}, "k2")


async def test_messages_of_failures_are_encrypted_too() -> None:
    converter = data_converter(PayloadCipher({"k1": ONE}, "k1"))
    failure = Failure()

    with pytest.raises(ApplicationError) as caught:
        raise ApplicationError("for ann only", "and its details")
    await converter.encode_failure(caught.value, failure)
    stored = failure.SerializeToString()
    decoded = await converter.decode_failure(failure)

    assert b"ann" not in stored
    assert b"details" not in stored
    assert b"test_encryption" not in stored, "the traceback"
    assert isinstance(decoded, ApplicationError)
    assert (decoded.message, decoded.details) == ("for ann only", ("and its details",))


async def test_keys_may_be_rotated_while_a_run_waits(idle_engine: Engine) -> None:
    engine = idle_engine
    engine.take_on(engine.codes())
    settings = engine.settings
    old = await connect(
        settings.temporal.address, namespace="default", cipher=payload_keys.cipher(payload_keys.OLD)
    )
    async with working(settings, old):
        engine.client = old
        await engine.sync(SyncSource.CHECK)
        leaving = [{"code": code, "holders": []} for code in engine.codes()[:40]]
        engine.register.control("POST", "/companies", leaving)
        handle = await engine.start(SyncSource.CHECK)
        await until_told(handle, "Held")

    new = await connect(
        settings.temporal.address, namespace="default", cipher=payload_keys.cipher()
    )
    async with working(settings, new):
        waiting = new.get_workflow_handle_for(RegisterSync.run, handle.id)
        assert await engine.decide(waiting, "release")
        run = await engine.ended(waiting)

    assert run.state == "finished"
