"""order.1: secrets in rows are unreadable without the keys, and where they do not belong."""

from collections.abc import Callable

import pytest

from runtime.secret_cipher import SecretCipher, SecretUnreadable
from tests.fixtures import payload_keys
from tests.fixtures.payload_keys import CURRENT, OLD, RING

SECRET, PLACE = "salajane õ", "order/1/wifiPassword"


def test_order_1_a_sealed_secret_is_opened_unchanged_and_shows_nothing() -> None:
    cipher = payload_keys.secrets()

    one, other = cipher.seal(SECRET, PLACE), cipher.seal(SECRET, PLACE)

    assert cipher.open(one, PLACE) == cipher.open(other, PLACE) == SECRET
    assert one != other
    assert SECRET.encode() not in one


def test_order_1_what_an_older_key_sealed_is_read_until_the_key_is_gone() -> None:
    sealed = payload_keys.secrets(OLD).seal(SECRET, PLACE)

    assert payload_keys.secrets().open(sealed, PLACE) == SECRET
    with pytest.raises(SecretUnreadable, match="is not among this process's keys"):
        SecretCipher({CURRENT: RING[CURRENT]}, CURRENT).open(sealed, PLACE)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        pytest.param(lambda sealed: sealed, "order/2/wifiPassword", id="another-place"),
        pytest.param(lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]), PLACE, id="changed"),
        pytest.param(lambda sealed: sealed[:10], PLACE, id="cut"),
        pytest.param(lambda _: b"", PLACE, id="empty"),
        pytest.param(lambda _: b"sealed", PLACE, id="not-sealed"),
    ],
)
def test_order_1_what_was_changed_or_moved_is_not_opened(
    change: Callable[[bytes], bytes], place: str
) -> None:
    cipher = payload_keys.secrets()
    sealed = cipher.seal(SECRET, PLACE)

    with pytest.raises(SecretUnreadable) as refused:
        cipher.open(change(sealed), place)
    assert SECRET not in str(refused.value)


def test_order_8_a_digest_tells_whether_a_secret_is_the_same_and_needs_the_key() -> None:
    cipher = payload_keys.secrets()

    assert cipher.digest(SECRET) == payload_keys.secrets().digest(SECRET)
    assert cipher.digest(SECRET) != cipher.digest(SECRET + "x")
    assert cipher.digest(SECRET) != SecretCipher(RING, OLD).digest(SECRET)


def test_contract_10_a_digest_by_an_older_key_is_known_as_long_as_that_key_is_kept() -> None:
    cipher, old = payload_keys.secrets(), payload_keys.secrets(OLD)

    assert cipher.digests(SECRET)[0] == cipher.digest(SECRET)
    assert old.digest(SECRET) in cipher.digests(SECRET)
    alone = SecretCipher({CURRENT: RING[CURRENT]}, CURRENT)
    assert old.digest(SECRET) not in alone.digests(SECRET)
