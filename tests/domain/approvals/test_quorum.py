"""Whose confirmations are enough to act for a company (joint.2)."""

from collections.abc import Collection

import pytest

from domain.approvals.quorum import Filled, Missing, Unfillable, members, quorum
from domain.identifiers import PersonKey
from domain.registry.register import Capacity, CompanyStatus, RegisterState
from tests.builders.people import ANNA, JAAN, MARI, PEETER, TIIU
from tests.builders.register_states import (
    entry,
    joint,
    procurist,
    sole,
    state,
    strange,
    together,
    unreadable,
)

L, B, D = CompanyStatus.LIQUIDATION, CompanyStatus.BANKRUPT, CompanyStatus.DELETED
M, J, T = joint(MARI), joint(JAAN), joint(TIIU)
MJ, MT, JT = (M, J), (M, T), (J, T)
LEGAL = entry(None, alone=False, name="Vara OÜ")
OWNER = entry(MARI, "O", Capacity.NONE, alone=False)
ML, JL = (entry(who, "LIKV", Capacity.LIQUIDATOR, alone=False) for who in (MARI, JAAN))
MB, JB = (entry(who, "PANKR", Capacity.TRUSTEE, alone=False) for who in (MARI, JAAN))
UNREAD = entry(MARI, alone=None)

TWO = together(MARI, JAAN)
OVERLAPPING = state(M, J, T, groups=(MJ, JT))
PAIRS = state(M, J, T, groups=(MJ, MT, JT))
WITHIN = state(M, J, T, groups=((M, J, T), MJ))
APART = state(M, J, T, joint(ANNA), groups=(MJ, (T, joint(ANNA))))
WITH_SOLE = state(sole(TIIU), M, J, groups=(MJ,))


def told(found: Filled | Missing | Unfillable) -> str:
    """Say an answer as the tables do: ``filled by …``, ``lacks …``, ``never: …``."""
    match found:
        case Filled(group):
            return f"filled by {_names(group)}"
        case Missing(options, unfillable):
            lacking = " or ".join(_names(option) for option in options)
            return " ".join([f"lacks {lacking}", *(f"[{d.index} {d.code}]" for d in unfillable)])
        case Unfillable(reason, groups):
            return " ".join([f"never: {reason.code}", *(f"[{d.index} {d.code}]" for d in groups)])


def _names(people: Collection[PersonKey]) -> str:
    names = {MARI: "mari", JAAN: "jaan", TIIU: "tiiu", ANNA: "anna"}
    return "+".join(sorted(names[person] for person in people))


def case(id_: str, state_: RegisterState, confirmed: tuple[PersonKey, ...], said: str) -> object:
    return pytest.param(state_, confirmed, said, id=id_)


@pytest.mark.parametrize(
    ("state_", "confirmed", "said"),
    [
        case("two-nobody", TWO, (), "lacks jaan+mari"),
        case("two-one", TWO, (MARI,), "lacks jaan"),
        case("two-both", TWO, (MARI, JAAN), "filled by jaan+mari"),
        case("two-one-twice", TWO, (MARI, MARI), "lacks jaan"),
        case("two-and-an-outsider", TWO, (MARI, PEETER), "lacks jaan"),
        case("both-and-an-outsider", TWO, (MARI, PEETER, JAAN), "filled by jaan+mari"),
        case("any-two-of-three", PAIRS, (MARI,), "lacks jaan or tiiu"),
        case("any-two-of-three-done", PAIRS, (TIIU, JAAN), "filled by jaan+tiiu"),
        case("overlapping-the-common-one", OVERLAPPING, (JAAN,), "lacks mari or tiiu"),
        case("overlapping-an-end", OVERLAPPING, (MARI,), "lacks jaan"),
        case("overlapping-both-ends", OVERLAPPING, (MARI, TIIU), "lacks jaan"),
        case("a-group-within-a-group", WITHIN, (MARI,), "lacks jaan"),
        case("a-group-within-a-group-done", WITHIN, (TIIU, JAAN, MARI), "filled by jaan+mari"),
        case("apart-one-of-each", APART, (MARI, TIIU), "lacks jaan or anna"),
        case("apart-the-nearer-first", APART, (TIIU,), "lacks anna or jaan+mari"),
        case("apart-one-filled", APART, (TIIU, ANNA, MARI), "filled by anna+tiiu"),
        case("alone-beside-joint-ones", WITH_SOLE, (MARI,), "lacks jaan or tiiu"),
        case("alone-is-a-group-of-one", WITH_SOLE, (TIIU,), "filled by tiiu"),
        case("joint-ones-without-the-sole", WITH_SOLE, (JAAN, MARI), "filled by jaan+mari"),
        case("alone-in-no-group", state(sole(MARI)), (), "lacks mari"),
        case(
            "alone-as-procurist-joint-on-the-board",
            state(M, J, procurist(MARI), groups=(MJ,)),
            (JAAN,),
            "lacks mari",
        ),
    ],
)
def test_joint_2_confirmations_fill_a_group_or_lack_somebody(
    state_: RegisterState, confirmed: tuple[PersonKey, ...], said: str
) -> None:
    assert told(quorum(state_, confirmed)) == said


@pytest.mark.parametrize(
    ("state_", "confirmed", "said"),
    [
        case(
            "a-legal-person",
            state(M, LEGAL, groups=((M, LEGAL),)),
            (MARI,),
            "never: no_group_fillable [0 member_without_code]",
        ),
        case(
            "a-code-that-cannot-be-read",
            state(M, unreadable("EE"), groups=((M, unreadable("EE")),)),
            (MARI,),
            "never: no_group_fillable [0 member_unreadable]",
        ),
        case(
            "a-code-without-country",
            state(M, unreadable(None, JAAN.code), groups=((M, unreadable(None, JAAN.code)),)),
            (MARI, JAAN),
            "never: no_group_fillable [0 member_unreadable]",
        ),
        case(
            "a-role-that-nobody-knows",
            state(M, strange(JAAN), groups=((M, strange(JAAN)),)),
            (MARI, JAAN),
            "never: no_group_fillable [0 member_entry_unreadable]",
        ),
        case(
            "a-role-that-nobody-knows-beside-one-that-counts",
            state(M, J, strange(JAAN), groups=(MJ,)),
            (MARI, JAAN),
            "never: no_group_fillable [0 member_entry_unreadable]",
        ),
        case(
            "a-right-that-cannot-be-read",
            state(UNREAD, J, groups=((UNREAD, J),)),
            (MARI, JAAN),
            "never: no_group_fillable [0 member_entry_unreadable]",
        ),
        case(
            "another-entry-with-the-code-of-a-member",
            state(M, J, unreadable(None, JAAN.code), groups=(MJ,)),
            (MARI, JAAN),
            "never: no_group_fillable [0 member_entry_unreadable]",
        ),
        case(
            "a-role-that-represents-nobody",
            state(OWNER, J, groups=((OWNER, J),)),
            (MARI, JAAN),
            "never: no_group_fillable [0 member_does_not_count]",
        ),
        case(
            "in-a-group-but-not-on-the-list",
            state(M, groups=(MJ,)),
            (MARI, JAAN),
            "never: no_group_fillable [0 member_does_not_count]",
        ),
        case(
            "several-things-wrong",
            state(J, LEGAL, OWNER, groups=((LEGAL, unreadable("EE"), LEGAL), (OWNER, J))),
            (),
            "never: no_group_fillable [0 member_without_code] [0 member_unreadable]"
            " [1 member_does_not_count]",
        ),
        case(
            "another-group-can-be-filled",
            state(M, J, LEGAL, groups=((M, LEGAL), MJ)),
            (MARI,),
            "lacks jaan [0 member_without_code]",
        ),
        case(
            "somebody-may-act-alone",
            state(sole(MARI), J, LEGAL, groups=((J, LEGAL),)),
            (JAAN,),
            "lacks mari [0 member_without_code]",
        ),
        case(
            "conditions-in-words", state(M, J, opaque=True), (MARI,), "never: signing_rule_opaque"
        ),
        case(
            "conditions-in-words-and-a-group-that-cannot-be-filled",
            state(M, LEGAL, groups=((M, LEGAL),), opaque=True),
            (MARI,),
            "never: signing_rule_opaque [0 member_without_code]",
        ),
        case(
            "conditions-in-words-and-a-group",
            state(M, J, groups=(MJ,), opaque=True),
            (MARI,),
            "lacks jaan",
        ),
        case("no-groups", state(M, J), (MARI, JAAN), "never: nobody_represents"),
        case("an-empty-group", state(M, J, groups=((),)), (MARI,), "never: nobody_represents"),
        case("a-group-of-one", state(M, groups=((M,),)), (MARI,), "never: nobody_represents"),
        case(
            "one-person-twice-is-a-group-of-one",
            state(M, entry(MARI, "PROK", Capacity.PROCURIST, alone=False), groups=((M, M),)),
            (MARI,),
            "never: nobody_represents",
        ),
        case("nobody-at-all", state(), (), "never: nobody_represents"),
    ],
)
def test_joint_2_a_group_that_cannot_be_filled_says_why(
    state_: RegisterState, confirmed: tuple[PersonKey, ...], said: str
) -> None:
    assert told(quorum(state_, confirmed)) == said


@pytest.mark.parametrize(
    ("state_", "said"),
    [
        pytest.param(
            state(M, J, ML, JL, groups=(MJ,), status=L),
            "never: no_group_fillable [0 member_does_not_count]",
            id="in-liquidation-the-boards-group-does-not-count",
        ),
        pytest.param(
            state(M, J, ML, JL, groups=(MJ, (ML, JL)), status=L),
            "filled by jaan+mari",
            id="in-liquidation-the-liquidators-group-counts",
        ),
        pytest.param(
            state(M, ML, J, groups=((ML, J),), status=L),
            "never: no_group_fillable [0 member_does_not_count]",
            id="a-liquidator-with-a-board-member",
        ),
        pytest.param(
            state(sole(MARI), ML, JL, groups=((ML, JL),), status=L),
            "filled by jaan+mari",
            id="alone-on-the-board-is-not-alone-in-liquidation",
        ),
        pytest.param(
            state(M, J, MB, JB, groups=((MB, JB),), status=B),
            "filled by jaan+mari",
            id="bankrupt-the-trustees-count",
        ),
        pytest.param(
            state(M, J, groups=(MJ,), status=B),
            "never: no_group_fillable [0 member_does_not_count]",
            id="bankrupt-the-board-does-not-count",
        ),
        pytest.param(
            state(ML, JL, groups=((ML, JL),)),
            "never: no_group_fillable [0 member_does_not_count]",
            id="liquidators-of-a-company-that-is-active",
        ),
        pytest.param(state(M, J, groups=(MJ,), status=D), "never: company_deleted", id="deleted"),
        pytest.param(
            state(M, J, groups=(MJ,), form_confers=False),
            "never: legal_form_not_allowed",
            id="a-legal-form-that-confers-nothing",
        ),
        pytest.param(
            state(M, J, groups=(MJ,), status=D, form_confers=False),
            "never: company_deleted",
            id="deleted-whatever-its-form",
        ),
    ],
)
def test_joint_2_only_capacities_of_this_stage_count(state_: RegisterState, said: str) -> None:
    assert told(quorum(state_, (MARI, JAAN))) == said


@pytest.mark.parametrize(
    ("state_", "who"),
    [
        pytest.param(TWO, {MARI, JAAN}, id="two"),
        pytest.param(APART, {MARI, JAAN, TIIU, ANNA}, id="two-groups"),
        pytest.param(WITH_SOLE, {MARI, JAAN, TIIU}, id="who-acts-alone-too"),
        pytest.param(state(M, J, LEGAL, groups=((J, LEGAL),)), set(), id="unfillable"),
        pytest.param(state(M, J, LEGAL, groups=((J, LEGAL), MJ)), {MARI, JAAN}, id="one-of-two"),
        pytest.param(state(M, J, groups=(MJ,), status=D), set(), id="deleted"),
    ],
)
def test_joint_2_members_are_those_whose_confirmation_can_count(
    state_: RegisterState, who: set[PersonKey]
) -> None:
    assert members(state_) == who


def test_joint_2_answers_name_no_person_in_their_reasons() -> None:
    found = quorum(state(M, LEGAL, groups=((M, LEGAL),)), (MARI,))

    assert isinstance(found, Unfillable)
    assert MARI.code not in repr([found.reason.as_json(), found.groups])
