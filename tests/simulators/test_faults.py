"""Faults of any simulator: which answers they fit, how often they are drawn, what is refused."""

import pytest

from simulators.faults import Fault, Faults


def faults_of(*on: Fault) -> Faults:
    faults = Faults({"one": {"cut", "delay"}, "two": {"cut"}}, {"one": "a number"})
    faults.replace(list(on))
    return faults


def shown(faults: Faults, count: int) -> list[bool]:
    return [faults.take("one") is not None for _ in range(count)]


@pytest.mark.parametrize(
    ("subject", "about", "fits"),
    [
        pytest.param(None, [], True, id="any-about-nobody"),
        pytest.param(None, ["a"], True, id="any-about-somebody"),
        pytest.param("a", ["a", "b"], True, id="one-of-its-names"),
        pytest.param("a", ["b"], False, id="somebody-else"),
        pytest.param("a", [], False, id="nobody"),
    ],
)
def test_a_fault_fits_answers_about_its_subject(
    subject: str | None, about: list[str], fits: bool
) -> None:
    faults = faults_of(Fault(source="one", kind="cut", subject=subject))

    assert (faults.take("one", about=about) is not None) is fits


def test_only_applied_faults_count() -> None:
    faults = faults_of(Fault(source="all", kind="cut", subject="a", times=1))

    taken = [faults.take(*each) for each in (("two",), ("one",))]

    assert taken == [None, None]
    assert faults.take("one", about=["a"]) is not None
    assert faults.on == []


def test_a_fault_that_is_not_drawn_leaves_the_answer_to_the_next() -> None:
    faults = faults_of(
        Fault(source="one", kind="cut", rate=0), Fault(source="one", kind="delay", times=1)
    )

    taken = faults.take("one")

    assert taken is not None
    assert taken.kind == "delay"


@pytest.mark.parametrize(("rate", "expected"), [(0.0, 0), (1.0, 50), (None, 50)])
def test_the_ends_of_the_rate_are_certain(rate: float | None, expected: int) -> None:
    assert sum(shown(faults_of(Fault(source="one", kind="cut", rate=rate)), 50)) == expected


def test_draws_begin_the_same_way_and_again_with_their_seed() -> None:
    fault = Fault(source="one", kind="cut", rate=0.3)
    faults = faults_of(fault)
    first = shown(faults, 50)
    faults.seed()
    again = shown(faults, 50)
    faults.seed(99)

    assert first == again == shown(faults_of(fault), 50) != shown(faults, 50)
    assert 5 < sum(first) < 25


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(source="two", kind="delay"), id="kind"),
        pytest.param(Fault(source="three", kind="cut"), id="source"),
        pytest.param(Fault(source="two", kind="cut", subject="a"), id="about-nobody"),
        pytest.param(Fault(source="all", kind="timeout", subject="a"), id="nowhere"),
    ],
)
def test_an_unsupported_fault_is_refused(fault: Fault) -> None:
    with pytest.raises(ValueError, match=r"Subjects: one: a number$"):
        faults_of(fault)
