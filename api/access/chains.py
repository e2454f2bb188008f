"""Models of the chain of authority behind delegated access, and the sentence that says it.

FastAPI-free: the command line uses them.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import ResponseModel
from domain.access.permissions import Permission
from domain.delegations.basis import BasisKind
from domain.delegations.chains import Giver, Link, Representation
from domain.registry.register import Capacity
from runtime.sentences import Sentences


class ChainGiver(ResponseModel):
    """The person who gave a delegation, or passed it on."""

    id: UUID
    name: str | None = Field(
        description="For staff, for the giver and the receiver, and for whoever may view who has"
        " access to the account. Null: for nobody else, or unknown."
    )

    @classmethod
    def of(cls, giver: Giver) -> Self:
        return cls(id=giver.id, name=giver.name)


class ChainRegister(ResponseModel):
    """A register's statement about a giver who represents the company, alone or together."""

    as_of: datetime | None = Field(description="When the register last confirmed it by then.")
    capacity: Capacity | None = Field(
        description="In which capacity the register names the giver. Null: no longer known, or of"
        " basis `joint`."
    )

    @classmethod
    def of(cls, found: Representation) -> Self:
        return cls(as_of=found.as_of, capacity=found.capacity)


class ChainLink(ResponseModel):
    """One delegation of a chain, as it was when it was given."""

    delegation_id: UUID
    basis: BasisKind = Field(description="What the delegation rests on.")
    given_on: date
    given_by: ChainGiver | None = Field(description="Null: the operator's systems had it before.")
    together_with: list[ChainGiver] = Field(
        description="Of basis `joint`: the others who confirmed it."
    )
    register_statement: ChainRegister | None = Field(
        description="Of basis `register`: the giver has the sole right; of `joint`: those who"
        " confirmed it are a group."
    )
    from_day: date = Field(description="The first day of the delegation.")
    through_day: date = Field(description="The last day, inclusive.")
    passed_on: bool = Field(description="The giver passed on the next link.")

    @classmethod
    def of(cls, link: Link) -> Self:
        said = link.representation
        return cls(
            delegation_id=link.delegation_id,
            basis=link.basis,
            given_on=link.given_on,
            given_by=ChainGiver.of(link.giver) if link.giver else None,
            together_with=[ChainGiver.of(each) for each in link.together_with],
            register_statement=ChainRegister.of(said) if said else None,
            from_day=link.from_day,
            through_day=link.through_day,
            passed_on=link.passed_on,
        )


class GrantChain(ResponseModel):
    """The chain of authority behind a delegated grant."""

    grant: UUID = Field(description="Id of the delegated grant.")
    links: list[ChainLink] = Field(description="From the grant up to the owner's name.")
    sentence: str = Field(
        description="The same for people, in the language of `Accept-Language`: what, through"
        " which day, and who gave it on what authority."
    )

    @classmethod
    def of(
        cls, grant: UUID, chain: Sequence[Link], permission: Permission, sentences: Sentences
    ) -> Self:
        said = sentences.delegated(chain, permission)
        return cls(grant=grant, links=[ChainLink.of(link) for link in chain], sentence=said)
