"""Acts: their canonical form, and the digest that people confirm (joint.4)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approvals import act_data
from domain.approvals.acts import Act, ActDataInvalid, ActKind
from tests.builders.acts import ACCOUNT, COMPANY, DELEGATION, GIVEN, MAKE, REQUEST

# Kept with every confirmation: a digest that changes here would void those that are under way.
DIGESTS = {
    "delegation_give": "c837fe723e399d5e7d0193af5a46adf059d7a911377ef988fc98df98410eb187",
    "delegation_renew": "653e01823aca6fb565bc35517fd5855e834b479017b8e5155508e0d47c0546c3",
    "delegations_keep": "a48bbbc758673bec80f24d79463c43477bd98fbaac9e26680581cd8a9d8cc4ef",
    "access_request_approve": "789652511c1dd833cf856ec7b815d86399c9c4488b11c796b9e2e845322d6dde",
    "order_place": "3c58fa2b781ce27ecc8bc148c1fcfcfe27c43e149a2df60fdc4645101e34bae4",
    "number_give": "9b86376a3693246a16f39c16011228e707f046c546e27fb56816b3b014150825",
    "contract_start": "9719262bc45fd4baff4023c2aa722d0fd4823edf76fbe27a76cfc614f308fef3",
    "contract_end": "14109699b1ea192f41f9c97c73181d907aeea17a38787fff93655a55da5cc44b",
    "contract_end_cancel": "d88423421b9f150d9c1a8cedc4926c23d86d5e142fed0367f87d8366405f17d9",
    "contract_resume": "9a27cefb636e3c8ee31a16ce73c39e6bea0f086b5c495fcdbebe0770ce09d23d",
}
CANONICAL = (
    '{"account_id":"00000000-0000-0000-0000-000000000002",'
    '"company_id":"00000000-0000-0000-0000-000000000001",'
    '"data":{"delegation_id":"00000000-0000-0000-0000-000000000003",'
    '"from_day":"2026-08-01","may_pass_on":false,'
    '"permissions":["invoice:pay","invoice:view"],'
    '"receiver_id":"00000000-0000-0000-0000-000000000004","role":"composed",'
    '"service_ids":["00000000-0000-0000-0000-000000000006",'
    '"00000000-0000-0000-0000-000000000007"],'
    '"through_day":"2026-12-31","version":1},"kind":"delegation_give"}'
)

texts = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=5)
scalars = st.one_of(st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), texts)
values = st.recursive(
    scalars,
    lambda each: st.one_of(st.lists(each, max_size=3), st.dictionaries(texts, each, max_size=3)),
    max_leaves=8,
)
acts = st.builds(
    Act, st.sampled_from(ActKind), st.uuids(), st.uuids(), st.dictionaries(texts, values)
)


def test_joint_4_the_canonical_form_of_an_act() -> None:
    assert MAKE[ActKind.DELEGATION_GIVE]().canonical().decode() == CANONICAL


@pytest.mark.parametrize("kind", ActKind)
def test_joint_4_the_digest_of_an_act_stays_what_it_is(kind: ActKind) -> None:
    assert MAKE[kind]().digest() == DIGESTS[kind]


@pytest.mark.parametrize("kind", ActKind)
def test_joint_4_an_act_is_read_back_as_it_was(kind: ActKind) -> None:
    act = MAKE[kind]()
    stored = json.loads(json.dumps(act.as_json()))

    assert Act.from_json(stored) == act
    assert Act.from_json(stored).digest() == act.digest()


@given(acts)
def test_joint_4_any_act_is_read_back_as_it_was(act: Act) -> None:
    stored = json.loads(json.dumps(act.as_json()))

    assert Act.from_json(stored).canonical() == act.canonical()
    assert json.loads(act.canonical()) == stored


@given(acts)
def test_joint_4_the_order_of_names_makes_no_difference(act: Act) -> None:
    assert replace(act, data=_turned(act.data)).digest() == act.digest()


def test_joint_4_the_order_of_what_is_given_makes_no_difference() -> None:
    permissions, services = GIVEN.terms.permissions, GIVEN.terms.service_ids
    turned = replace(
        GIVEN.terms,
        permissions=frozenset(sorted(permissions, reverse=True)),
        service_ids=frozenset(sorted(services, reverse=True)),
    )
    one, other = UUID(int=8), UUID(int=9)

    assert act_data.give(COMPANY, ACCOUNT, replace(GIVEN, terms=turned)).data == (
        act_data.give(COMPANY, ACCOUNT, GIVEN).data
    )
    assert act_data.keep(COMPANY, ACCOUNT, {one: 1, other: 2}).digest() == (
        act_data.keep(COMPANY, ACCOUNT, {other: 2, one: 1}).digest()
    )


@pytest.mark.parametrize("kind", ActKind)
def test_joint_4_whatever_changes_in_an_act_changes_its_digest(kind: ActKind) -> None:
    act = MAKE[kind]()
    changed = [Act.from_json(each) for each in _each_changed(act.as_json(), act.kind)]

    digests = {act.digest(), *(each.digest() for each in changed)}

    assert len(digests) == 1 + len(changed)


@given(acts, acts)
def test_joint_4_acts_have_one_digest_only_if_they_are_the_same(one: Act, other: Act) -> None:
    same = _typed(one.as_json()) == _typed(other.as_json())

    assert (one.digest() == other.digest()) is same


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param(1.5, "data.x is of a type that acts do not have: float", id="a-fraction"),
        pytest.param(None, "data.x is of a type that acts do not have: NoneType", id="nothing"),
        pytest.param({1}, "data.x is of a type that acts do not have: set", id="a-set"),
        pytest.param((1,), "data.x is of a type that acts do not have: tuple", id="a-tuple"),
        pytest.param(UUID(int=1), "data.x is of a type that acts do not have: UUID", id="an-id"),
        pytest.param(["a", [b"b"]], r"data.x\[1\]\[0\] is of a type .* bytes", id="deep"),
        pytest.param({"y": {2: "z"}}, "a name in data.x.y is of a type .* int", id="a-name"),
        pytest.param(2**53, "data.x is a number that JSON does not keep", id="too-large"),
        pytest.param(-(2**53), "data.x is a number that JSON does not keep", id="too-small"),
        pytest.param("a\x00", "data.x has characters that cannot be shown", id="control"),
        pytest.param("\ud800", "data.x has characters that cannot be shown", id="surrogate"),
    ],
)
def test_joint_4_data_that_have_no_canonical_form_are_refused(value: object, said: str) -> None:
    with pytest.raises(ActDataInvalid, match=said):
        Act(ActKind.DELEGATION_GIVE, COMPANY, ACCOUNT, {"x": value})


def test_joint_4_what_an_act_gives_is_read_back() -> None:
    give, renew = MAKE[ActKind.DELEGATION_GIVE](), MAKE[ActKind.DELEGATION_RENEW]()
    approve, keep = MAKE[ActKind.ACCESS_REQUEST_APPROVE](), MAKE[ActKind.DELEGATIONS_KEEP]()

    assert [act_data.given_by(act) for act in (give, renew, approve)] == [GIVEN] * 3
    assert act_data.request_of(approve) == REQUEST
    assert act_data.kept_by(keep) == {DELEGATION: 2}


@pytest.mark.parametrize("kind", ActKind)
def test_joint_4_data_of_an_act_cannot_be_changed_by_whoever_gave_them(kind: ActKind) -> None:
    stored = MAKE[kind]().as_json()
    act = Act.from_json(stored)
    digest = act.digest()

    stored["data"]["more"] = True
    act.as_json()["data"]["more"] = True

    assert act.digest() == digest


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _turned(value[name]) for name in reversed(value)}
    return [_turned(each) for each in value] if isinstance(value, list) else value


def _typed(value: Any) -> Any:
    """Return the value such that True and 1, which Python takes for equal, are not."""
    if isinstance(value, dict):
        return {name: _typed(each) for name, each in value.items()}
    return [_typed(e) for e in value] if isinstance(value, list) else (type(value), value)


def _each_changed(value: dict[str, Any], kind: ActKind) -> Iterator[dict[str, Any]]:
    """Return the act once for each of its fields, with this one changed, and without it."""
    yield value | {"kind": next(each for each in ActKind if each is not kind).value}
    for name in ("company_id", "account_id"):
        yield value | {name: str(UUID(int=99))}
    data = value["data"]
    for name, each in data.items():
        yield value | {"data": data | {name: _another(each)}}
        yield value | {"data": {key: data[key] for key in data if key != name}}


def _another(value: Any) -> Any:
    if isinstance(value, list):
        return value[1:]
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}1"
