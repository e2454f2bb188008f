"""Kinds of accounts and services."""

from uuid import UUID

import pytest

from domain.accounts import AccountKind, ServiceKind
from domain.identifiers import CompanyKey, PersonKey

COMPANY = CompanyKey("EE", "10000018")
PERSON = PersonKey("EE", "60001019906")


@pytest.mark.parametrize(
    ("owner", "company_id", "kind"),
    [
        pytest.param(COMPANY, UUID(int=1), "business", id="a-company's"),
        pytest.param(PERSON, None, "private", id="a-person's"),
    ],
)
def test_the_owner_decides_the_kind_of_an_account(
    owner: CompanyKey | PersonKey, company_id: UUID | None, kind: str
) -> None:
    assert (AccountKind.of_owner(owner), AccountKind.of(company_id)) == (kind, kind)


def test_only_a_mobiil_id_shares_the_number_of_another_service() -> None:
    sharing = [kind for kind in ServiceKind if not kind.owns_number]

    assert sharing == [ServiceKind.MOBIIL_ID]
