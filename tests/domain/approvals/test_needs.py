"""What an act needs before it is carried out (joint.1)."""

from uuid import UUID

import pytest

from domain.approvals.acts import OWNER_ONLY, ActKind
from domain.approvals.needs import Group, Need, Nothing, Own, Standing, need_of

SOMEBODY, OWNER, COMPANY = UUID(int=1), UUID(int=2), UUID(int=3)
GROUP, OWN = Group(COMPANY), Own(OWNER)

# Written out, not computed: this is the table that people rely on.
OF_A_COMPANY = {
    (Standing.SOLE, False): Nothing(),
    (Standing.SOLE, True): Nothing(),
    (Standing.JOINT, False): GROUP,
    (Standing.JOINT, True): GROUP,
    (Standing.DELEGATE, False): Nothing(),
    (Standing.DELEGATE, True): GROUP,
}
OF_A_PERSON = {
    (Standing.OWNER, False): Nothing(),
    (Standing.OWNER, True): Nothing(),
    (Standing.DELEGATE, False): Nothing(),
    (Standing.DELEGATE, True): OWN,
}


@pytest.mark.parametrize("act", ActKind)
@pytest.mark.parametrize("standing", sorted({standing for standing, _ in OF_A_COMPANY}))
def test_joint_1_on_an_account_of_a_company(act: ActKind, standing: Standing) -> None:
    assert need(act, standing, company_id=COMPANY) == OF_A_COMPANY[standing, act in OWNER_ONLY]


@pytest.mark.parametrize("act", ActKind)
@pytest.mark.parametrize("standing", sorted({standing for standing, _ in OF_A_PERSON}))
def test_joint_1_on_an_account_of_a_person(act: ActKind, standing: Standing) -> None:
    assert need(act, standing, owner_id=OWNER) == OF_A_PERSON[standing, act in OWNER_ONLY]


@pytest.mark.parametrize("act", ActKind)
def test_joint_1_owners_need_nothing_although_they_were_given_access_too(act: ActKind) -> None:
    assert need(act, Standing.DELEGATE, person_id=OWNER, owner_id=OWNER) == Nothing()


def test_joint_1_keeping_what_was_given_is_for_the_owner_only() -> None:
    assert {ActKind.DELEGATIONS_KEEP} == OWNER_ONLY


@pytest.mark.parametrize("standing", [Standing.JOINT, Standing.DELEGATE])
def test_joint_1_nobody_is_there_to_confirm(standing: Standing) -> None:
    with pytest.raises(ValueError, match="no owner"):
        need(ActKind.DELEGATIONS_KEEP, standing)


def need(
    act: ActKind,
    standing: Standing,
    *,
    person_id: UUID = SOMEBODY,
    company_id: UUID | None = None,
    owner_id: UUID | None = None,
) -> Need:
    return need_of(act, standing, person_id=person_id, company_id=company_id, owner_id=owner_id)
