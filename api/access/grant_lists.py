"""Models of a person's grants on an account, with why there is each of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.access.chains import ChainLink
from api.auth.authorization import Authorized
from api.http.grant_schemas import GrantFacts
from api.http.schemas import Reason, ResponseModel
from api.http.sentences import reader_of
from domain import accounts
from domain.access import grants as domain_grants
from domain.access.joined import joined_until
from domain.access.permissions import Permission, permissions_of
from domain.delegations.chains import Reader, is_delegated
from runtime.sentences import Holder, Sentences
from services.delegations.chains import Chain, chains
from storage.access import many_queries
from storage.access.many_queries import Subject
from storage.database import Connection


class RolePermissions(ResponseModel):
    """An access role, and what it allows."""

    role: str = Field(description="Name of the access role.")
    permissions: list[Permission] = Field(description="The permissions that it has now.")


class ListedGrant(GrantFacts):
    """A grant, and why there is it."""

    permissions: list[Permission] | None = Field(
        description="Null: those of its role, which `roles` of the page has once. Listed where"
        " the grant has others: what was given is fixed when it is given."
    )
    sentence: str = Field(
        description="Why there is this grant, in the language of `Accept-Language`."
    )
    chain: list[ChainLink] = Field(
        description="Of a delegated grant: who gave it, up to the owner's name."
    )


class GrantSummary(ResponseModel):
    """A person's grants on one account, summarised and one by one."""

    roles: list[str]
    permissions: list[Permission] = Field(
        description="On the account or on a service of it: `grants` says on which."
    )
    since: datetime = Field(description="Start of the oldest grant.")
    until: datetime | None = Field(
        description="When the access ends by itself: with the last of these grants, or of those"
        " that carry it on without a gap; null: no end."
    )
    reason: Reason = Field(description="Reason of the oldest grant.")
    as_of: datetime | None = Field(description="The newest confirmation of any of the grants.")
    grants: list[ListedGrant] = Field(
        description="The person's grants on the account that are in force."
    )


@dataclass(frozen=True, slots=True)
class Summaries:
    """Shows grants to one caller, in one language."""

    services: Mapping[UUID, accounts.ServiceLabel]
    """Labels of the services that the caller sees."""
    chains: Mapping[UUID, Chain]
    """Of the delegated grants, by id."""
    following: Mapping[UUID, Sequence[domain_grants.Grant]]
    """The grants that begin later, by the id of the first that the person holds there."""
    sentences: Sentences

    @classmethod
    def read(
        cls,
        connection: Connection,
        admitted: Authorized,
        held: Mapping[Subject, Sequence[domain_grants.Grant]],
        services: Mapping[UUID, accounts.ServiceLabel],
        sentences: Sentences,
    ) -> Self:
        """Read who gave these grants, as far as the caller may know, and what follows them."""
        given = [each for grants in held.values() for each in grants if is_delegated(each.reason)]
        reader = reader_of(connection, admitted) if given else Reader()
        found = chains(connection, [grant.reason.facts for grant in given], reader)
        behind = {grant.id: chain for grant, chain in zip(given, found, strict=True)}
        later = many_queries.following(connection, held)
        following = {held[subject][0].id: grants for subject, grants in later.items()}
        return cls(services, behind, following, sentences)

    def fields(
        self,
        grants: Sequence[domain_grants.Grant],
        holder: str,
    ) -> dict[str, Any]:
        """Fields of a GrantSummary. ``grants`` are sorted by start; at least one.

        ``holder``: the name of the person who has them; empty: not for the caller.
        """
        permissions = {p for grant in grants for p in grant.permissions}
        return {
            "roles": sorted({grant.role for grant in grants}),
            "permissions": sorted(permissions),
            "since": grants[0].since,
            "until": joined_until(grants, self.following.get(grants[0].id, ())),
            "reason": Reason.of(grants[0].reason),
            "as_of": max((g.as_of for g in grants if g.as_of is not None), default=None),
            "grants": [self._listed(grant, holder) for grant in grants],
        }

    def roles(self, held: Iterable[Sequence[domain_grants.Grant]]) -> list[RolePermissions]:
        """Each role of these grants whose permissions the grants leave to it, once."""
        names = {each.role for grants in held for each in grants if not _own(each)}
        return [
            RolePermissions(role=name, permissions=sorted(permissions_of(name)))
            for name in sorted(names)
        ]

    def _listed(self, grant: domain_grants.Grant, holder: str) -> ListedGrant:
        chain, said = self.chains.get(grant.id, ()), self.sentences
        return ListedGrant(
            **GrantFacts.fields(grant, self.services),
            permissions=_own(grant),
            sentence=said.delegated(chain) if chain else said.of_grant(grant, Holder(holder)),
            chain=[ChainLink.of(link) for link in chain],
        )


def _own(grant: domain_grants.Grant) -> list[Permission] | None:
    """Permissions that are not those of its role; None: they are."""
    frozen = grant.frozen
    if frozen is None or frozen == permissions_of(grant.role):
        return None
    return sorted(frozen)
