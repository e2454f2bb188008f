"""The keys: fetched seldom, never lost to an outage, never believed for ever."""

import asyncio
import json
import warnings
from collections.abc import AsyncIterator
from functools import cache

import httpx
import pytest
from joserfc.jwk import ECKey, Key, RSAKey

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
PAUSE = 2
COOLDOWN = 30
DAY = 24 * 3600


@pytest.fixture
def endpoint() -> KeyEndpoint:
    return key_endpoint()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def cache_of(http: httpx.AsyncClient, clock: Clock) -> KeyCache:
    """A cache whose waits pass at once, on the clock of the test."""

    async def pass_(seconds: float) -> None:
        clock.pass_(seconds)

    return KeyCache(
        http, ISSUER, JWKS, ttl=TTL, pause=PAUSE, cooldown=COOLDOWN, clock=clock, sleep=pass_
    )


@cache
def key_named(kid: str, _number: int = 1, **parameters: str) -> RSAKey:
    """One key for each set of arguments: making it takes as long as a hundred tests."""
    whole = RSAKey.generate_key(2048).as_dict(private=True)
    return RSAKey.import_key({**whole, "kid": kid, **parameters})


async def key_of(cache: KeyCache, kid: str) -> Key:
    """The one key with this id for RS256."""
    (key,) = await cache.keys(kid, "RS256")
    return key


@pytest.fixture
async def keys(endpoint: KeyEndpoint, clock: Clock) -> AsyncIterator[KeyCache]:
    async with client_of(endpoint) as http:
        cache = cache_of(http, clock)
        yield cache
        await cache.aclose()


async def test_fifty_callers_at_once_make_one_fetch(keys: KeyCache, endpoint: KeyEndpoint) -> None:
    found = await asyncio.gather(*(key_of(keys, "first") for _ in range(50)))

    assert {key.kid for key in found} == {"first"}
    assert endpoint.fetches == 1


async def test_a_fresh_set_is_not_fetched_again(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await key_of(keys, "first")
    clock.pass_(TTL - 1)
    await key_of(keys, "first")

    assert endpoint.fetches == 1
    assert keys.fresh_for() == 1


async def test_an_expired_set_is_fetched_again(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await key_of(keys, "first")
    endpoint.serve(OTHER_KEY)
    clock.pass_(TTL)

    with pytest.raises(InvalidToken, match="key_unknown"):
        await key_of(keys, "first")

    assert endpoint.fetches == 2


async def test_fault_19_a_new_key_is_known_right_after_a_fetch(
    keys: KeyCache, endpoint: KeyEndpoint
) -> None:
    await key_of(keys, "first")
    with pytest.raises(InvalidToken, match="key_unknown"):
        await key_of(keys, "invented")
    endpoint.serve(OTHER_KEY, KEY)

    assert (await key_of(keys, "second")).kid == "second"
    assert (await key_of(keys, "first")).kid == "first"


async def test_fault_19_a_fetch_under_way_is_no_proof_that_a_key_is_unknown(clock: Clock) -> None:
    began, answered = asyncio.Event(), asyncio.Event()
    served = key_endpoint()

    async def answer(request: httpx.Request) -> httpx.Response:
        response = served(request)
        began.set()
        await answered.wait()
        return response

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        cache = cache_of(http, clock)
        early = asyncio.create_task(key_of(cache, "first"))
        await began.wait()
        served.serve(KEY, OTHER_KEY)
        late = asyncio.create_task(key_of(cache, "second"))
        await asyncio.sleep(0)
        answered.set()

        assert (await early).kid == "first"
        assert (await late).kid == "second"


async def test_fault_19_invented_key_ids_share_a_fetch_and_wait_for_it(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await key_of(keys, "first")
    began = clock()

    for number in range(1, 4):
        invented = [key_of(keys, f"invented-{number}-{each}") for each in range(20)]
        for refused in await asyncio.gather(*invented, return_exceptions=True):
            assert isinstance(refused, InvalidToken)
        assert endpoint.fetches == 1 + number
        assert clock() - began == number * PAUSE


@pytest.mark.parametrize(
    ("algorithm", "signer"),
    [
        ("RS256", "rsa-256"),
        ("RS512", "rsa-512"),
        ("PS256", None),
        ("ES256", "curve"),
        ("ES384", None),
    ],
)
async def test_fault_19_one_kid_for_several_keys(
    keys: KeyCache, endpoint: KeyEndpoint, algorithm: str, signer: str | None
) -> None:
    encrypting = key_named("one", use="enc")
    published: dict[str, RSAKey | ECKey] = {
        "rsa-512": key_named("one", alg="RS512"),
        "rsa-256": key_named("one", alg="RS256"),
        "curve": ECKey.generate_key("P-256", {"kid": "one"}),
    }
    documents = [key.as_dict(private=False) for key in (encrypting, *published.values())]
    endpoint.answer = lambda: httpx.Response(200, json={"keys": documents})

    if signer is None:
        with pytest.raises(InvalidToken, match="key_unknown"):
            await keys.keys("one", algorithm)
    else:
        (found,) = await keys.keys("one", algorithm)
        assert found.thumbprint() == published[signer].thumbprint()


async def test_fault_19_keys_that_nothing_tells_apart_are_all_tried(
    keys: KeyCache, endpoint: KeyEndpoint
) -> None:
    old, new = key_named("one", 1), key_named("one", 2)
    endpoint.serve(old, new)

    found = await keys.keys("one", "RS256")

    assert [key.thumbprint() for key in found] == [old.thumbprint(), new.thumbprint()]


async def test_fault_24_rsa_keys_under_2048_bits_are_refused(
    keys: KeyCache, endpoint: KeyEndpoint
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        short = RSAKey.generate_key(1024, {"kid": "short"})
    endpoint.serve(short, KEY)

    assert (await key_of(keys, "first")).kid == "first"
    with pytest.raises(InvalidToken, match="key_unknown"):
        await key_of(keys, "short")


async def test_fault_29_a_key_set_without_end_is_not_read_to_its_end(
    keys: KeyCache, endpoint: KeyEndpoint
) -> None:
    whole = json.dumps({"keys": [KEY.as_dict(private=False)], "more": " " * 1024 * 1024})
    endpoint.answer = lambda: httpx.Response(200, text=whole)

    with pytest.raises(KeysUnavailable):
        await key_of(keys, "first")


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
        cache = cache_of(http, clock)
        await key_of(cache, "first")
        clock.pass_(COOLDOWN)
        slow = True
        stranger = asyncio.create_task(key_of(cache, "invented"))
        await asyncio.sleep(0)

        assert (await key_of(cache, "first")).kid == "first"
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
    await key_of(keys, "first")
    endpoint.answer = outage  # type: ignore[assignment] # a table's values are objects
    clock.pass_(TTL)

    for _ in range(10):
        assert (await key_of(keys, "first")).kid == "first"

    assert endpoint.fetches == 2


async def test_during_an_outage_renewal_is_tried_in_the_background(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await key_of(keys, "first")
    endpoint.fail()
    clock.pass_(TTL)
    await key_of(keys, "first")
    endpoint.serve(OTHER_KEY)
    clock.pass_(COOLDOWN)

    assert (await key_of(keys, "first")).kid == "first"
    assert keys._fetching is not None
    await keys._fetching

    assert (await key_of(keys, "second")).kid == "second"
    with pytest.raises(InvalidToken, match="key_unknown"):
        await key_of(keys, "first")
    assert endpoint.fetches == 4


async def test_during_an_outage_a_new_key_is_neither_known_nor_refused(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await key_of(keys, "first")
    endpoint.fail()
    clock.pass_(TTL)

    with pytest.raises(KeysUnavailable):
        await key_of(keys, "second")


async def test_keys_older_than_a_day_are_not_used(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await key_of(keys, "first")
    endpoint.fail()
    clock.pass_(DAY)
    assert (await key_of(keys, "first")).kid == "first"
    clock.pass_(1)

    with pytest.raises(KeysUnavailable):
        await key_of(keys, "first")


async def test_an_issuer_that_is_late_is_asked_again_soon(
    keys: KeyCache, endpoint: KeyEndpoint, clock: Clock
) -> None:
    endpoint.fail()
    with pytest.raises(KeysUnavailable):
        await key_of(keys, "first")
    endpoint.serve(KEY)
    clock.pass_(1)

    assert (await key_of(keys, "first")).kid == "first"


async def test_keys_that_cannot_be_used_do_not_spoil_the_set(
    keys: KeyCache, endpoint: KeyEndpoint
) -> None:
    odd = [
        {"kty": "AKP", "kid": "post-quantum"},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        {"kty": "RSA"},
        {"kty": "RSA", "kid": ["first"], "n": "AQAB", "e": "AQAB"},
        KEY.as_dict(private=False) | {"kid": "second", "key_ops": ["encrypt"]},
        KEY.as_dict(private=False) | {"kid": "second", "key_ops": None},
        "not an object",
        OTHER_KEY.as_dict(private=False) | {"use": "enc"},
    ]
    good = KEY.as_dict(private=False)
    endpoint.answer = lambda: httpx.Response(200, json={"keys": [*odd, good]})

    assert (await key_of(keys, "first")).kid == "first"
    with pytest.raises(InvalidToken, match="key_unknown"):
        await key_of(keys, "second")


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
            assert (await key_of(cache, "first")).kid == "first"
        except KeysUnavailable:
            assert not served
        else:
            assert served
    assert keys.fetches == served
