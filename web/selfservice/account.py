"""The account that a page is about: it stands in the path, and on the page.

An account that this person has no access to is answered like one that does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException
from markupsafe import Markup

from web.api_client import ApiProblem, Json
from web.selfservice.navigation import account_links, section_links
from web.selfservice.visit import SelfserviceVisit
from web.theme.frame import ShownAccount
from web.visit import Visit

ACCOUNT = "/c/{account_id}"
_NOT_FOUND = 404


@dataclass
class AccountVisit(Visit):
    """A visit to a page of one account."""

    account: Json = field(default_factory=dict)
    """As ``GET /v1/accounts/{id}`` answers."""

    @property
    def account_id(self) -> UUID:
        """Id of the account."""
        return UUID(self.account["id"])

    @property
    def name(self) -> str:
        """Name of the account; where it has none, its customer number."""
        return str(self.account["name"] or self.account["reference"])

    @property
    def api_path(self) -> str:
        """Path of the account in the API."""
        return f"/v1/accounts/{self.account['id']}"

    def may(self, permission: str) -> bool:
        """Return whether this person has a permission on the whole account, says the API."""
        return permission in (self.account["permissions"] or ())

    @property
    def has_services_only(self) -> bool:
        """Whether this person has access to single services, and none to the whole account."""
        return bool(self.account["permissions"] == [])

    @property
    def manages(self) -> bool:
        """Whether this person manages access in the owner's name, alone or together with others."""
        return self.account["manages_as"] is not None

    @property
    def may_give(self) -> bool:
        """Whether this person may give access, pass theirs on, or propose it to the others."""
        return self.manages or self.may("access:manage")

    def word(self, group: str, code: object) -> Markup:
        """Return a code in words; the code itself where the API is newer than these pages."""
        try:
            return self.text(f"{group}.{code}")
        except KeyError:
            return Markup("{}").format(code)

    def require_own(self, found: Json) -> None:
        """Raise 404 where what was found by its id is of another account than the path names."""
        if found["account_id"] != self.account["id"]:
            raise HTTPException(404)

    def section(self, name: str) -> Sequence[tuple[str, str, bool]]:
        """Return the pages of a section, as ``ui.tabs`` takes them."""
        links = section_links(self, name)
        return [(self.at(each.path), each.text, each.current) for each in links]

    def of_account(self, path: str = "") -> str:
        """Return the path, without language, of a page of this account."""
        return f"/c/{self.account['id']}{path}"


async def _of_account(account_id: UUID, visit: SelfserviceVisit) -> AccountVisit:
    return await shown_account(visit, account_id)


async def shown_account(visit: Visit, account_id: UUID) -> AccountVisit:
    """Return a visit to a page of this account, which is shown around it."""
    account = await visit.api.get(f"/v1/accounts/{account_id}")
    found = AccountVisit(
        visit.request,
        visit.language,
        visit.parts,
        visit.gate,
        visit.signed_in,
        visit.api,
        visit.around,
        account,
    )
    found.around.account = ShownAccount(found.name, account["company_code"] or "", "/")
    found.around.home = found.of_account()
    found.around.nav = account_links(found)
    return found


async def _of_contract(
    account_id: UUID, contract_id: UUID, visit: SelfserviceVisit
) -> AccountVisit:
    """Return a visit to a contract's page: its user may have no access to the account it is on."""
    try:
        return await _of_account(account_id, visit)
    except ApiProblem as problem:
        if problem.status != _NOT_FOUND:
            raise
    contract = await visit.api.get(f"/v1/contracts/{contract_id}")
    unseen: Json = {"id": str(account_id), "name": contract["product_name"], "permissions": []}
    found = AccountVisit(
        visit.request,
        visit.language,
        visit.parts,
        visit.gate,
        visit.signed_in,
        visit.api,
        visit.around,
        unseen,
    )
    found.require_own(contract)
    return found


OfAccount = Annotated[AccountVisit, Depends(_of_account)]
OfContract = Annotated[AccountVisit, Depends(_of_contract)]
"""Of a page below ``/contracts/{contract_id}``."""
