"""The keys: fetched seldom, never lost to an outage, never believed for ever."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from api.auth.errors import InvalidToken, KeysUnavailable
from api.auth.jwks import KeyCache
from tests.clients.token_issuer import (
    ISSUER,
    JWKS,
    KEY,
    OTHER_KEY,
    Clock,
    KeyEndpoint,
    client_of,
    key_endpoint,
)

TTL = 300
COOLDOWN = 30
DAY = 24 * 3600


@pytest.fixture
def endpoint() -> KeyEndpoint:
    return key_endpoint()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(endpoint: KeyEndpoint, clock: Clock) -> AsyncIterator[KeyCache]:
    async with client_of(endpoint) as http:
        cache = KeyCache(http, ISSUER, JWKS, ttl=TTL, cooldown=COOLDOWN, clock=clock)
        yield cache
        await cache.aclose()


async def test_fifty_callers_at_once_make_one_fetch(keys: KeyCache, endpoint: KeyEndpoint) -> None:
    found = await asyncio.gather(*(keys.key("first") for _ in range(50)))

    assert {key.kid for key in found} == {"first"}
    assert endpoint.fetches == 1


async def test_a_fresh_set_is_not_fetched_again(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await keys.key("first")
    clock.pass_(TTL - 1)
    await keys.key("first")

    assert endpoint.fetches == 1
    assert keys.fresh_for() == 1


async def test_an_expired_set_is_fetched_again(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await keys.key("first")
    endpoint.serve(OTHER_KEY)
    clock.pass_(TTL)

    with pytest.raises(InvalidToken, match="key_unknown"):
        await keys.key("first")

    assert endpoint.fetches == 2


async def test_a_rotation_is_noticed_once_the_cooldown_is_over(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await keys.key("first")
    endpoint.serve(OTHER_KEY, KEY)
    clock.pass_(COOLDOWN)

    assert (await keys.key("second")).kid == "second"
    assert (await keys.key("first")).kid == "first"
    assert endpoint.fetches == 2


async def test_invented_key_ids_are_not_passed_on_to_the_issuer(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await keys.key("first")
    clock.pass_(COOLDOWN)

    for number in range(20):
        with pytest.raises(InvalidToken, match="key_unknown"):
            await keys.key(f"invented-{number}")

    assert endpoint.fetches == 2


async def test_known_keys_do_not_wait_for_a_fetch_that_an_invented_id_began(
    endpoint: KeyEndpoint, clock: Clock
) -> None:
    released = asyncio.Event()
    slow = False

    async def answer(request: httpx.Request) -> httpx.Response:
        if slow:
            await released.wait()
        return endpoint(request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        cache = KeyCache(http, ISSUER, JWKS, ttl=TTL, cooldown=COOLDOWN, clock=clock)
        await cache.key("first")
        clock.pass_(COOLDOWN)
        slow = True
        stranger = asyncio.create_task(cache.key("invented"))
        await asyncio.sleep(0)

        assert (await cache.key("first")).kid == "first"
        released.set()
        with pytest.raises(InvalidToken, match="key_unknown"):
            await stranger


@pytest.mark.parametrize(
    "outage",
    [
        pytest.param(lambda: httpx.Response(503), id="error"),
        pytest.param(lambda: httpx.Response(302, headers={"location": "/x"}), id="redirect"),
        pytest.param(lambda: httpx.Response(200, text="<html>"), id="not-json"),
        pytest.param(lambda: httpx.Response(200, json=[]), id="not-a-key-set"),
        pytest.param(lambda: httpx.Response(200, json={"keys": []}), id="empty-set"),
        pytest.param(
            lambda: httpx.Response(200, json={"keys": [{"kty": "oct", "kid": "a", "k": "c2Vj"}]}),
            id="no-public-key-in-it",
        ),
    ],
)
async def test_the_last_good_set_serves_through_an_outage(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock, outage: object
) -> None:
    await keys.key("first")
    endpoint.answer = outage  # type: ignore[assignment] # a table's values are objects
    clock.pass_(TTL)

    for _ in range(10):
        assert (await keys.key("first")).kid == "first"

    assert endpoint.fetches == 2


async def test_during_an_outage_renewal_is_tried_in_the_background(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await keys.key("first")
    endpoint.fail()
    clock.pass_(TTL)
    await keys.key("first")
    endpoint.serve(OTHER_KEY)
    clock.pass_(COOLDOWN)

    assert (await keys.key("first")).kid == "first"
    assert keys._fetching is not None
    await keys._fetching

    assert (await keys.key("second")).kid == "second"
    with pytest.raises(InvalidToken, match="key_unknown"):
        await keys.key("first")
    assert endpoint.fetches == 3


async def test_during_an_outage_a_new_key_is_neither_known_nor_refused(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await keys.key("first")
    endpoint.fail()
    clock.pass_(TTL)

    with pytest.raises(KeysUnavailable):
        await keys.key("second")


async def test_keys_older_than_a_day_are_not_used(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await keys.key("first")
    endpoint.fail()
    clock.pass_(DAY)
    assert (await keys.key("first")).kid == "first"
    clock.pass_(1)

    with pytest.raises(KeysUnavailable):
        await keys.key("first")


async def test_an_issuer_that_is_late_is_asked_again_soon(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    endpoint.fail()
    with pytest.raises(KeysUnavailable):
        await keys.key("first")
    endpoint.serve(KEY)
    clock.pass_(1)

    assert (await keys.key("first")).kid == "first"


async def test_keys_that_cannot_be_used_do_not_spoil_the_set(
    keys: KeyCache, endpoint: KeyEndpoint
) -> None:
    odd = [
        {"kty": "AKP", "kid": "post-quantum"},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        {"kty": "RSA"},
        "not an object",
        OTHER_KEY.as_dict(private=False) | {"use": "enc"},
    ]
    good = KEY.as_dict(private=False)
    endpoint.answer = lambda: httpx.Response(200, json={"keys": [*odd, good]})

    assert (await keys.key("first")).kid == "first"
    with pytest.raises(InvalidToken, match="key_unknown"):
        await keys.key("second")


@pytest.mark.parametrize(
    ("document", "served"),
    [
        pytest.param({"issuer": ISSUER, "jwks_uri": JWKS}, True, id="its-own"),
        pytest.param({"issuer": f"{ISSUER}/", "jwks_uri": JWKS}, False, id="of-another-issuer"),
        pytest.param(
            {"issuer": ISSUER, "jwks_uri": "http://login.example/jwks"}, False, id="to-plain-http"
        ),
        pytest.param({"issuer": ISSUER}, False, id="without-keys"),
    ],
)
async def test_the_address_of_the_keys_comes_from_discovery(
    document: dict[str, str], served: bool
) -> None:
    keys = key_endpoint()

    def answer(request: httpx.Request) -> httpx.Response:
        found = request.url.path == "/.well-known/openid-configuration"
        return httpx.Response(200, json=document) if found else keys(request)

    async with client_of(answer) as http:
        cache = KeyCache(http, ISSUER, None)
        try:
            assert (await cache.key("first")).kid == "first"
        except KeysUnavailable:
            assert not served
        else:
            assert served
    assert keys.fetches == served
