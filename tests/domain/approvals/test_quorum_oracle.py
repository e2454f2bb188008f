"""Quorums of any register state, against trying every set of people (joint.2)."""

from hypothesis import given
from hypothesis import strategies as st

from domain.approvals.quorum import Filled, Missing, Unfillable, members, quorum
from domain.identifiers import PersonKey
from domain.registry.authority import AuthorityKind, authority_of
from domain.registry.register import Capacity, CompanyStatus, Holder, RegisterState, UnreadableKey
from tests.builders.people import ANNA, JAAN, MARI, PEETER, TIIU
from tests.builders.register_states import entry, state
from tests.oracles import quorums

PEOPLE = (MARI, JAAN, TIIU, ANNA)
KEYS = (UnreadableKey("EE", None), UnreadableKey(None, MARI.code), UnreadableKey(None, JAAN.code))
usually_board = st.sampled_from((*[Capacity.BOARD] * 12, *Capacity))
rights = st.sampled_from((False, False, False, False, False, False, True, None))
stages = st.sampled_from((*[CompanyStatus.ACTIVE] * 5, *CompanyStatus))
people = st.sampled_from(PEOPLE)
named = st.builds(entry, people, capacity=usually_board, alone=rights)
unread = st.builds(
    lambda key, capacity: Holder(None, "Nimi", "JUHL", capacity, None, key),
    st.sampled_from((None, *KEYS)),
    usually_board,
)
holders = st.one_of(*[named] * 9, unread)
joint_board = st.permutations([entry(who, alone=False) for who in PEOPLE])


@st.composite
def states(draw: st.DrawFn) -> RegisterState:
    """Register states whose groups are mostly made of the holders."""
    listed = (*draw(joint_board)[: draw(st.integers(0, 4))], *draw(st.lists(holders, max_size=2)))
    member = st.one_of(*[st.sampled_from(listed)] * 15, holders) if listed else holders
    groups = st.lists(st.lists(member, max_size=4, unique=True).map(tuple), max_size=4)
    confers, opaque = draw(st.sampled_from((True, True, True, False))), draw(st.booleans())
    return state(
        *listed,
        groups=tuple(draw(groups)),
        status=draw(stages),
        form_confers=confers,
        opaque=opaque,
    )


confirmed_by = st.sets(st.sampled_from((*PEOPLE, PEETER)))


@given(states(), confirmed_by)
def test_joint_2_quorum_is_what_trying_every_set_of_people_finds(
    state_: RegisterState, confirmed: set[PersonKey]
) -> None:
    options = quorums.smallest(state_, confirmed)

    found = quorum(state_, confirmed)

    match found:
        case Filled(group):
            assert options == {frozenset()}
            assert set(group) <= confirmed
            assert quorums.enough(state_, group)
        case Missing(lacking, _):
            assert set(lacking) == options
            assert sorted(map(len, lacking)) == [len(option) for option in lacking]
        case Unfillable():
            assert options == set()


@given(states(), confirmed_by, confirmed_by)
def test_joint_2_another_confirmation_never_makes_it_less(
    state_: RegisterState, some: set[PersonKey], more: set[PersonKey]
) -> None:
    if isinstance(quorum(state_, some), Filled):
        assert isinstance(quorum(state_, some | more), Filled)


@given(states())
def test_joint_2_who_counts_may_act_by_the_register(state_: RegisterState) -> None:
    kinds = {person: authority_of(person, state_).kind for person in PEOPLE}
    sole = {person for person, kind in kinds.items() if kind is AuthorityKind.SOLE}
    together = {person for person, kind in kinds.items() if kind is AuthorityKind.TOGETHER}

    assert sole <= members(state_) <= sole | together


@given(states())
def test_joint_2_who_may_act_together_counts_unless_each_of_their_groups_is_said_to_be_defective(
    state_: RegisterState,
) -> None:
    found = quorum(state_, ())
    defective = found.unfillable if isinstance(found, Missing) else ()
    defective = found.groups if isinstance(found, Unfillable) else defective
    said = {defect.index for defect in defective}

    for person in PEOPLE:
        if authority_of(person, state_).kind is AuthorityKind.TOGETHER:
            theirs = {
                index
                for index, group in enumerate(state_.groups)
                if any(member.person == person for member in group)
                and len({member.person or member.name for member in group}) > 1
            }
            assert (person in members(state_)) == bool(theirs - said)
