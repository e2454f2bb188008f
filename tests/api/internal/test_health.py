"""Is it alive, is it ready, what does it count; and what Temporal's UI may read."""

import base64
from collections.abc import Sequence

import httpx
import pytest
from google.protobuf.json_format import MessageToDict
from prometheus_client import CollectorRegistry, generate_latest
from starlette.applications import Starlette
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import WorkflowSerializationContext

from api.auth.tokens import TokenVerifier
from api.internal.codec import codec_route
from api.internal.metrics import DatabaseMetrics
from runtime.http_server import serving
from storage.database import Database
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, as_its_owner, carry_out, put
from tests.clients.api_client import OPS, SUPPORT, Front, open_front, person_token, profiles
from tests.clients.raw_http import RawConnection, request
from tests.clients.token_issuer import NOW, client_of, key_endpoint
from tests.fixtures import payload_keys
from tests.fixtures.ports import free_port

UI = "http://localhost:8233"
SECRET = Payload(metadata={"encoding": b"json/plain"}, data=b'"secret"')


async def test_the_api_is_ready_without_temporal_and_says_so(front: Front) -> None:
    ready = await front.get("/readyz")

    assert (await front.get("/livez")).json() == {"alive": True}
    assert ready.status_code == 200
    assert ready.json() == {
        "ready": True,
        "checks": {
            "database": "ok",
            "migrations": "ok",
            "temporal": "Temporal does not answer",
        },
    }


async def test_the_api_is_not_ready_for_another_schema(database: Database) -> None:
    as_its_owner(database, "UPDATE alembic_version SET version_num = '0000'")
    async with open_front(database) as front:
        ready = await front.get("/readyz")

    assert (ready.status_code, ready.json()["checks"]["migrations"]) == (
        503,
        "run `volitus migrate`",
    )


async def test_requests_are_counted_by_route_and_never_by_path(database: Database) -> None:
    registry = CollectorRegistry()
    async with open_front(database, registry=registry) as front:
        await front.get(f"/v1/accounts/{account(KUUSK, 1).id}/people", SUPPORT)
        await front.get("/v1/no-such-path", SUPPORT)
        await front.ask("PURGE", "/v1/me")
        asked = {"account_id": str(account(KUUSK, 1).id), "permission": "invoice:pay"}
        await front.post("/v1/access/check", person_token(MARI), asked)

    text = generate_latest(registry).decode()
    counted = 'volitus_http_requests_total{method="GET",route='
    assert f'{counted}"/v1/accounts/{{account_id}}/people",status="404"}} 1.0' in text
    assert f'{counted}"(none)",status="404"}} 1.0' in text
    assert 'method="OTHER",route="/v1/me",status="405"' in text
    assert 'volitus_access_decisions_total{allowed="False"} 1.0' in text
    assert "no-such-path" not in text


def test_metrics_are_read_from_the_database(database: Database) -> None:
    put(database, account(KUUSK, 1))
    carry_out(
        database,
        "INSERT INTO sync_run (id, source, subject, state, counts, ended_at) VALUES"
        " (gen_random_uuid(), 'file', '1', 'finished', '{}', now() - interval '1 hour'),"
        " (gen_random_uuid(), 'file', '2', 'held', '{}', NULL)",
    )
    registry = CollectorRegistry()
    registry.register(DatabaseMetrics(database))

    text = generate_latest(registry).decode()

    assert "volitus_events_unsealed 1.0" in text
    assert (registry.get_sample_value("volitus_event_unsealed_age_seconds") or 0) > 0
    assert 'volitus_sync_runs{state="held"} 1.0' in text
    assert 'volitus_register_success_age_seconds{source="file"} 36' in text


def test_without_a_database_the_other_metrics_are_served() -> None:
    registry = CollectorRegistry()
    registry.register(DatabaseMetrics(Database("postgresql://nobody@127.0.0.1:1/none")))

    assert generate_latest(registry) == b""


@pytest.fixture
async def verifier() -> TokenVerifier:
    return TokenVerifier(profiles(), client_of(key_endpoint()), now=lambda: NOW)


def codec(verifier: TokenVerifier | None, origins: Sequence[str] = (UI,)) -> httpx.AsyncClient:
    app = Starlette(routes=[codec_route(payload_keys.cipher(), verifier, origins)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://internal")


async def sealed() -> dict[str, object]:
    (payload,) = await payload_keys.cipher().encode([SECRET])
    return MessageToDict(Payloads(payloads=[payload]))


async def test_operators_decode_payloads(verifier: TokenVerifier) -> None:
    async with codec(verifier) as http:
        answer = await http.post(
            "/codec/decode", json=await sealed(), headers={"Authorization": f"Bearer {OPS}"}
        )

    (payload,) = answer.json()["payloads"]
    assert base64.b64decode(payload["data"]) == SECRET.data


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"[" * 100_000, 400, id="nested"),
        pytest.param(b" " * (9 * 2**20), 413, id="large"),
    ],
)
async def test_fault_14_the_codec_refuses_a_hostile_body(body: bytes, status: int) -> None:
    async with codec(None) as http:
        assert (await http.post("/codec/decode", content=body)).status_code == status


@pytest.mark.usefixtures("http_servers")
async def test_fault_14_a_client_that_disconnects_in_a_body_is_no_error_of_the_codec(
    caplog: pytest.LogCaptureFixture,
) -> None:
    port, app = free_port(), Starlette(routes=[codec_route(payload_keys.cipher(), None, (UI,))])
    half = request("POST", "/codec/decode", content_length="1000") + b"\r\n{"

    async with serving(app, "127.0.0.1", port):  # waits in the end for requests in progress
        connection = await RawConnection.open(port, half + b" " * 500)
        await connection.close()

    assert [each for each in caplog.records if each.levelname in {"WARNING", "ERROR"}] == []


async def test_fault_22_the_codec_encrypts_nothing(verifier: TokenVerifier) -> None:
    bearer = {"Authorization": f"Bearer {OPS}"}
    plain = MessageToDict(Payloads(payloads=[SECRET]))

    async with codec(verifier) as http:
        assert (await http.post("/codec/encode", json=plain, headers=bearer)).status_code == 404


async def test_fault_22_the_codec_shows_payloads_of_every_workflow_and_plain_ones() -> None:
    place = WorkflowSerializationContext("default", "register_sync/file/1")
    (payload,) = await payload_keys.cipher().with_context(place).encode([SECRET])
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b'"forged"')
    body = MessageToDict(Payloads(payloads=[payload, plain]))

    async with codec(None) as http:
        shown = (await http.post("/codec/decode", json=body)).json()["payloads"]

    assert [base64.b64decode(each["data"]) for each in shown] == [SECRET.data, plain.data]


@pytest.mark.parametrize(
    ("token", "status"),
    [
        pytest.param("", 401, id="nobody"),
        pytest.param(SUPPORT, 403, id="support"),
        pytest.param(person_token(MARI), 403, id="person"),
    ],
)
async def test_only_operators_decode_payloads(
    verifier: TokenVerifier, token: str, status: int
) -> None:
    bearer = {"Authorization": f"Bearer {token}"} if token else {}

    async with codec(verifier) as http:
        answer = await http.post("/codec/decode", json=await sealed(), headers=bearer)

    assert (answer.status_code, answer.json()) == (status, {})


async def test_an_open_codec_asks_for_no_token() -> None:
    async with codec(None) as http:
        assert (await http.post("/codec/decode", json=await sealed())).status_code == 200


UNKNOWN_KEY = b'{"payloads":[{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA=="},"data":"AAAA"}]}'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"payloads": 1}', id="no-list"),
        pytest.param(b'{"payloads":[{"data":1}]}', id="no-payload"),
        pytest.param(UNKNOWN_KEY, id="encrypted-by-nobody-here"),
    ],
)
async def test_an_invalid_list_of_payloads_is_refused(body: bytes) -> None:
    async with codec(None) as http:
        assert (await http.post("/codec/decode", content=body)).status_code == 400


@pytest.mark.parametrize(("origin", "allowed"), [(UI, UI), ("http://evil.example", None)])
async def test_only_the_temporal_ui_may_call_from_a_browser(
    verifier: TokenVerifier, origin: str, allowed: str | None
) -> None:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,x-namespace",
    }

    async with codec(verifier) as http:
        answer = await http.options("/codec/decode", headers=asked)

    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
