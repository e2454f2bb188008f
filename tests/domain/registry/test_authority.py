"""Authority to act for a company, from the register's entries, always with a reason."""

import pytest

from domain.access.grants import must_stand, role_for
from domain.access.permissions import Role
from domain.identifiers import PersonKey
from domain.registry.authority import Authority, AuthorityKind, authority_of
from domain.registry.register import Capacity, CompanyStatus, Holder, RegisterState
from tests.builders.people import JAAN, MARI, PEETER, TIIU
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

ACTIVE, LIQUIDATION, BANKRUPT, DELETED = (
    CompanyStatus.ACTIVE,
    CompanyStatus.LIQUIDATION,
    CompanyStatus.BANKRUPT,
    CompanyStatus.DELETED,
)

# Written out, not computed: this is the table that people rely on.
_SOLE = "sole sole_representation"
_NO_SOLE_RIGHT = "none no_sole_right"
_UNREADABLE = "unknown entry_unreadable"
_NO_ROLE = "none role_confers_nothing"
_LIQUIDATING = "none company_in_liquidation"
_BANKRUPT = "none company_bankrupt"
_DELETED = "none company_deleted"

OUTCOMES = {
    (ACTIVE, True): dict.fromkeys(("board", "partner", "procurist", "sole_trader"), _SOLE)
    | dict.fromkeys(("liquidator", "trustee", "none"), _NO_ROLE),
    (ACTIVE, False): dict.fromkeys(("board", "partner", "procurist", "sole_trader"), _NO_SOLE_RIGHT)
    | dict.fromkeys(("liquidator", "trustee", "none"), _NO_ROLE),
    (ACTIVE, None): dict.fromkeys(("board", "partner", "procurist", "sole_trader"), _UNREADABLE)
    | dict.fromkeys(("liquidator", "trustee", "none"), _NO_ROLE),
    (LIQUIDATION, True): {"liquidator": _SOLE},
    (LIQUIDATION, False): {"liquidator": _NO_SOLE_RIGHT},
    (LIQUIDATION, None): {"liquidator": _UNREADABLE},
    (BANKRUPT, True): {"trustee": _SOLE},
    (BANKRUPT, False): {"trustee": _NO_SOLE_RIGHT},
    (BANKRUPT, None): {"trustee": _UNREADABLE},
}
OTHERWISE = {LIQUIDATION: _LIQUIDATING, BANKRUPT: _BANKRUPT, DELETED: _DELETED}


def outcome(status: CompanyStatus, capacity: Capacity, *, alone: bool | None) -> str:
    if capacity is Capacity.UNKNOWN and status is not DELETED:
        return _UNREADABLE
    found = OUTCOMES.get((status, alone), {}).get(capacity.value)
    return found or OTHERWISE[status]


@pytest.mark.parametrize("alone", [True, False, None], ids=["alone", "not-alone", "unreadable"])
@pytest.mark.parametrize("capacity", list(Capacity))
@pytest.mark.parametrize("status", list(CompanyStatus))
def test_status_role_and_right_to_act_alone_decide_together(
    status: CompanyStatus, capacity: Capacity, alone: bool | None
) -> None:
    state_ = state(entry(MARI, "ROLL", capacity, alone=alone), status=status)

    authority = authority_of(MARI, state_)

    assert f"{authority.kind} {authority.reason.code}" == outcome(status, capacity, alone=alone)
    assert authority.together_with == ()
    assert authority.reason.text


@pytest.mark.parametrize("alone", [True, False, None], ids=["alone", "not-alone", "unreadable"])
@pytest.mark.parametrize("capacity", list(Capacity))
@pytest.mark.parametrize("status", list(CompanyStatus))
def test_a_legal_form_that_confers_nothing_gives_nobody_anything(
    status: CompanyStatus, capacity: Capacity, alone: bool | None
) -> None:
    state_ = state(entry(MARI, "ROLL", capacity, alone=alone), status=status, form_confers=False)

    authority = authority_of(MARI, state_)

    code = "company_deleted" if status is DELETED else "legal_form_not_allowed"
    assert (authority.kind, authority.reason.code) == (AuthorityKind.NONE, code)


@pytest.mark.parametrize(
    ("holders", "status", "kind"),
    [
        pytest.param((sole(MARI),), ACTIVE, AuthorityKind.SOLE, id="one-entry-that-acts-alone"),
        pytest.param(
            (sole(MARI), joint(MARI)), ACTIVE, AuthorityKind.SOLE, id="the-farther-entry-counts"
        ),
        pytest.param(
            (joint(MARI), procurist(MARI)), ACTIVE, AuthorityKind.SOLE, id="alone-as-procurist"
        ),
        pytest.param(
            (joint(MARI), entry(MARI, "O", Capacity.NONE)),
            ACTIVE,
            AuthorityKind.NONE,
            id="alone-in-a-role-that-confers-nothing-does-not-help-the-other",
        ),
        pytest.param(
            (sole(MARI), entry(MARI, "LIKV", Capacity.LIQUIDATOR, alone=False)),
            LIQUIDATION,
            AuthorityKind.NONE,
            id="alone-on-the-board-does-not-make-a-liquidator-act-alone",
        ),
        pytest.param(
            (joint(MARI), entry(MARI, "LIKV", Capacity.LIQUIDATOR)),
            LIQUIDATION,
            AuthorityKind.SOLE,
            id="alone-as-liquidator",
        ),
        pytest.param(
            (joint(MARI), sole(JAAN)), ACTIVE, AuthorityKind.NONE, id="somebody-elses-right"
        ),
        pytest.param(
            (sole(MARI), strange(MARI)), ACTIVE, AuthorityKind.SOLE, id="one-entry-is-enough"
        ),
        pytest.param(
            (joint(MARI), strange(MARI)), ACTIVE, AuthorityKind.UNKNOWN, id="no-but-one-unknown"
        ),
        pytest.param(
            (sole(MARI), entry(MARI, alone=None)),
            ACTIVE,
            AuthorityKind.SOLE,
            id="one-readable-is-enough",
        ),
        pytest.param(
            (joint(MARI), entry(MARI, alone=None)),
            ACTIVE,
            AuthorityKind.UNKNOWN,
            id="no-but-one-unreadable",
        ),
        pytest.param(
            (entry(MARI, "N", Capacity.NONE), strange(JAAN)),
            ACTIVE,
            AuthorityKind.NONE,
            id="somebody-elses-unknown-role",
        ),
    ],
)
def test_role_and_right_must_be_in_the_same_entry_of_the_same_person(
    holders: tuple[Holder, ...], status: CompanyStatus, kind: AuthorityKind
) -> None:
    assert authority_of(MARI, state(*holders, status=status)).kind is kind


def test_several_entries_give_the_same_reason_in_whatever_order_they_come() -> None:
    one = authority_of(MARI, state(procurist(MARI), sole(MARI)))
    other = authority_of(MARI, state(sole(MARI), procurist(MARI)))

    assert one == other
    assert one.reason.facts == {"role": "JUHL", "status": "active"} == other.reason.facts


@pytest.mark.parametrize(
    ("state_", "kind", "code", "others"),
    [
        pytest.param(
            together(MARI, JAAN), AuthorityKind.TOGETHER, "joint_representation", (JAAN,), id="two"
        ),
        pytest.param(
            together(TIIU, MARI, JAAN),
            AuthorityKind.TOGETHER,
            "joint_representation",
            (JAAN, TIIU),
            id="three",
        ),
        pytest.param(
            state(
                joint(MARI),
                joint(JAAN),
                joint(TIIU),
                groups=((joint(MARI), joint(JAAN)), (joint(MARI), joint(TIIU))),
            ),
            AuthorityKind.TOGETHER,
            "joint_representation",
            (JAAN, TIIU),
            id="with-one-or-with-the-other",
        ),
        pytest.param(
            state(joint(MARI), groups=((joint(MARI), entry(None, "JUHL")),)),
            AuthorityKind.TOGETHER,
            "joint_representation",
            (),
            id="with-somebody-who-has-no-code",
        ),
        pytest.param(
            state(joint(MARI), joint(JAAN), joint(TIIU), groups=((joint(JAAN), joint(TIIU)),)),
            AuthorityKind.NONE,
            "no_sole_right",
            (),
            id="others-only",
        ),
        pytest.param(
            state(joint(MARI), groups=((joint(MARI),),)),
            AuthorityKind.NONE,
            "no_sole_right",
            (),
            id="a-group-of-one-is-no-right-to-act-alone",
        ),
        pytest.param(
            state(joint(MARI), groups=((joint(MARI), entry(MARI, "PROK", alone=False)),)),
            AuthorityKind.NONE,
            "no_sole_right",
            (),
            id="two-entries-of-one-person-are-no-group",
        ),
        pytest.param(
            state(sole(MARI), joint(JAAN), groups=((sole(MARI), joint(JAAN)),)),
            AuthorityKind.SOLE,
            "sole_representation",
            (),
            id="alone-although-in-a-group",
        ),
        pytest.param(
            state(joint(MARI), opaque=True),
            AuthorityKind.NONE,
            "signing_rule_opaque",
            (),
            id="conditions-that-no-machine-reads",
        ),
        pytest.param(
            state(sole(MARI), opaque=True),
            AuthorityKind.SOLE,
            "sole_representation",
            (),
            id="alone-although-others-have-conditions",
        ),
        pytest.param(
            state(joint(MARI), joint(JAAN), groups=((joint(MARI), joint(JAAN)),), opaque=True),
            AuthorityKind.TOGETHER,
            "joint_representation",
            (JAAN,),
            id="a-readable-group-beside-unreadable-conditions",
        ),
        pytest.param(
            state(
                entry(MARI, "O", Capacity.NONE),
                joint(JAAN),
                groups=((entry(MARI, "O", Capacity.NONE), joint(JAAN)),),
            ),
            AuthorityKind.NONE,
            "role_confers_nothing",
            (),
            id="a-group-does-not-make-an-owner-act",
        ),
        pytest.param(
            state(
                joint(MARI),
                joint(JAAN),
                groups=((joint(MARI), joint(JAAN)),),
                status=LIQUIDATION,
            ),
            AuthorityKind.NONE,
            "company_in_liquidation",
            (),
            id="the-boards-group-does-not-act-in-liquidation",
        ),
        pytest.param(
            state(
                entry(MARI, "LIKV", Capacity.LIQUIDATOR, alone=False),
                joint(MARI),
                joint(JAAN),
                groups=((joint(MARI), joint(JAAN)),),
                status=LIQUIDATION,
            ),
            AuthorityKind.NONE,
            "no_sole_right",
            (),
            id="a-liquidator-does-not-act-in-the-boards-group",
        ),
        pytest.param(
            state(
                entry(MARI, "JUHL", Capacity.BOARD, alone=None),
                joint(JAAN),
                groups=((joint(MARI), joint(JAAN)),),
            ),
            AuthorityKind.UNKNOWN,
            "entry_unreadable",
            (),
            id="in-a-group-but-whether-alone-cannot-be-read",
        ),
    ],
)
def test_joint_authority_names_the_partners(
    state_: RegisterState, kind: AuthorityKind, code: str, others: tuple[object, ...]
) -> None:
    authority = authority_of(MARI, state_)

    assert (authority.kind, authority.reason.code) == (kind, code)
    assert authority.together_with == others


@pytest.mark.parametrize("status", list(CompanyStatus))
def test_a_person_not_in_the_register_may_do_nothing(status: CompanyStatus) -> None:
    authority = authority_of(PEETER, state(sole(MARI), entry(None), status=status))

    deleted = status is CompanyStatus.DELETED
    code = "company_deleted" if deleted else "not_in_register"
    assert (authority.kind, authority.reason.code) == (AuthorityKind.NONE, code)


LATVIAN = PersonKey("LV", "150390-12345")


@pytest.mark.parametrize(
    ("entry", "hidden"),
    [
        pytest.param(unreadable("EE"), {MARI, PEETER}, id="an-invalid-code-anyone-of-its-country"),
        pytest.param(unreadable("RU"), set(), id="an-invalid-code-of-another-country"),
        pytest.param(unreadable("LV"), {LATVIAN}, id="an-invalid-latvian-code"),
        pytest.param(unreadable(None, MARI.code), {MARI}, id="no-country-whoever-has-the-code"),
        pytest.param(unreadable(None, " 4710101 0033"), {MARI}, id="no-country-oddly-spelt"),
        pytest.param(unreadable(None, "15039012345"), {LATVIAN}, id="no-country-without-hyphen"),
        pytest.param(unreadable(None, "X1"), set(), id="no-country-nobodys-code"),
        pytest.param(unreadable("LV", MARI.code), set(), id="the-code-in-another-country"),
        pytest.param(unreadable("EE", MARI.code), {MARI}, id="person-or-company-with-this-code"),
        pytest.param(entry(None), set(), id="no-code-at-all"),
        pytest.param(unreadable("EE", capacity=Capacity.UNKNOWN), {MARI, PEETER}, id="no-role"),
        pytest.param(unreadable("EE", capacity=Capacity.NONE), set(), id="supervisory-board"),
        pytest.param(unreadable("EE", capacity=Capacity.LIQUIDATOR), set(), id="not-yet-acting"),
    ],
)
def test_fault_1_an_unreadable_entry_shields_only_those_whose_it_could_be(
    entry: Holder, hidden: set[PersonKey]
) -> None:
    state_ = state(sole(JAAN), entry)

    told = {person: authority_of(person, state_) for person in (MARI, PEETER, LATVIAN)}

    assert {p for p, a in told.items() if a.kind is AuthorityKind.UNKNOWN} == hidden
    assert {a.reason.code for p, a in told.items() if p in hidden} <= {"holder_unreadable"}
    assert {a.reason.code for p, a in told.items() if p not in hidden} <= {"not_in_register"}
    assert authority_of(JAAN, state_).kind is AuthorityKind.SOLE


def test_an_unreadable_member_of_a_group_shields_as_well() -> None:
    state_ = state(joint(JAAN), groups=((joint(JAAN), unreadable("EE")),))

    assert authority_of(MARI, state_).kind is AuthorityKind.UNKNOWN


def test_where_the_legal_form_confers_nothing_an_unreadable_entry_hides_nobody() -> None:
    state_ = state(sole(JAAN), unreadable("EE"), form_confers=False)

    assert authority_of(MARI, state_).reason.code == "not_in_register"


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        pytest.param(unreadable(None, MARI.code), AuthorityKind.UNKNOWN, id="with-her-code"),
        pytest.param(unreadable("EE"), AuthorityKind.NONE, id="with-a-code-nobody-can-read"),
    ],
)
def test_fault_3_a_persons_second_entry_without_its_country_ends_nothing(
    second: Holder, kind: AuthorityKind
) -> None:
    assert authority_of(MARI, state(joint(MARI), second)).kind is kind
    assert authority_of(MARI, state(sole(MARI), second)).kind is AuthorityKind.SOLE


def test_each_person_of_a_mixed_state_has_an_authority_of_their_own() -> None:
    state_ = state(sole(MARI), procurist(MARI), joint(JAAN), strange(TIIU), entry(None))

    assert {person: authority_of(person, state_).kind for person in (MARI, JAAN, TIIU)} == {
        MARI: AuthorityKind.SOLE,
        JAAN: AuthorityKind.NONE,
        TIIU: AuthorityKind.UNKNOWN,
    }


@pytest.mark.parametrize(
    ("state_", "role", "stands"),
    [
        pytest.param(state(sole(MARI)), Role.ADMINISTRATOR, False, id="alone-administrator"),
        pytest.param(
            together(MARI, JAAN),
            Role.JOINT_REPRESENTATIVE,
            False,
            id="together-sees-who-has-access",
        ),
        pytest.param(state(joint(MARI)), None, False, id="no-right-nothing"),
        pytest.param(state(strange(MARI)), None, True, id="unknown-starts-and-ends-nothing"),
    ],
)
def test_the_access_role_that_authority_gives(
    state_: RegisterState, role: Role | None, stands: bool
) -> None:
    authority = authority_of(MARI, state_)

    assert role_for(authority) == role
    assert must_stand(authority) is stands


def test_reasons_name_no_person() -> None:
    state_ = together(MARI, JAAN)

    found: list[Authority] = [authority_of(MARI, state_), authority_of(PEETER, state_)]

    text = repr([authority.reason.as_json() for authority in found])
    assert not any(person.code in text for person in (MARI, JAAN, PEETER))
    assert "Nimi" not in text
