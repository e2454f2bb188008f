"""A line's hash is the same for everyone, for ever: that is what makes it a proof."""

from uuid import UUID

import pytest

from domain.audit import GENESIS, Actor, ActorKind, EventKind, chained
from domain.reasons import Reason

LINE = {"id": 1, "kind": "grant:started", "reason": {"code": "x", "text": "õ – 🙂"}, "after": None}


def test_the_hash_of_a_line_never_changes() -> None:
    # Computed once with: printf '%s\n%s' "$previous" "$canonical_json" | sha256sum
    assert chained(GENESIS, LINE) == (
        "aa8b1648e16d916b2e5443a99958a7068bbbf33c4f3ddad0361b3c61aa617d05"
    )


def test_the_order_of_keys_does_not_matter() -> None:
    assert chained(GENESIS, dict(reversed(LINE.items()))) == chained(GENESIS, LINE)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(LINE | {"id": 2}, id="another-id"),
        pytest.param(LINE | {"after": {}}, id="empty-is-not-nothing"),
        pytest.param(LINE | {"id": "1"}, id="text-is-not-a-number"),
        pytest.param(LINE | {"more": None}, id="one-more-column"),
        pytest.param({k: v for k, v in LINE.items() if k != "after"}, id="one-column-less"),
    ],
)
def test_another_line_has_another_hash(other: dict[str, object]) -> None:
    assert chained(GENESIS, other) != chained(GENESIS, LINE)


def test_the_same_line_after_another_has_another_hash() -> None:
    first = chained(GENESIS, LINE)

    assert chained(first, LINE) != first


def test_kinds_are_subject_and_action_and_sorted() -> None:
    kinds = [kind.value for kind in EventKind]

    assert kinds == sorted(kinds)
    assert all(kind.count(":") == 1 for kind in kinds)


@pytest.mark.parametrize(
    ("actor", "stored"),
    [
        pytest.param(Actor(ActorKind.ENGINE), {"kind": "engine", "id": ""}, id="the-engine"),
        pytest.param(
            Actor(ActorKind.REGISTER, "EE", UUID(int=7)),
            {"kind": "register", "id": "EE", "run": "00000000-0000-0000-0000-000000000007"},
            id="a-registers-word-in-a-run",
        ),
        pytest.param(
            Actor(ActorKind.PERSON).naming(UUID(int=8)),
            {"kind": "person", "id": "00000000-0000-0000-0000-000000000008"},
            id="a-person",
        ),
        pytest.param(
            Actor(ActorKind.PORTAL, "selfcare").naming(UUID(int=8)),
            {"kind": "portal", "id": "selfcare", "for": "00000000-0000-0000-0000-000000000008"},
            id="a-portal-for-a-person",
        ),
    ],
)
def test_deleg_12_an_actor_is_stored_as_json_and_read_back(
    actor: Actor, stored: dict[str, str]
) -> None:
    assert actor.as_json() == stored
    assert Actor.from_json(stored) == actor


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param(Reason("a", "Because"), id="without-facts"),
        pytest.param(Reason("a", "Because", {"role": "JUHL", "groups": 2}), id="with-facts"),
    ],
)
def test_a_reason_comes_back_as_it_was_stored(reason: Reason) -> None:
    assert Reason.from_json(reason.as_json()) == reason
