"""Models of delegations: what is given, to whom, on what basis, and what became of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.accounts.people import PersonCode
from api.delegations.access_input import AccessInput
from api.delegations.warnings import WARNINGS, AccessWarning
from api.http.schemas import Erasable, Reason, ResponseModel, SingleLine
from domain.access.permissions import Permission
from domain.approvals.ids import approval_of
from domain.delegations import basis
from domain.delegations.basis import BasisKind
from domain.delegations.states import DelegationState
from domain.delegations.terms import LONGEST_PURPOSE
from domain.delegations.viewers import DelegationViewer
from storage.delegations.delegation_views import DelegationView
from storage.delegations.rows import StoredVersion


class PassableInput(AccessInput):
    """Terms to give: an access role or permissions, on an account or on services of it."""

    may_pass_on: bool = Field(
        False,
        description="Whether the receiver may give it on, within its permissions, services and"
        " days. `access:manage` is only given together with this.",
    )

    @property
    def passed_on(self) -> bool:
        """Whether the receiver may give it on."""
        return self.may_pass_on


class TermsInput(PassableInput):
    """Terms that a person gives: with a purpose, where a permission needs one."""

    purpose: SingleLine | None = Field(
        None,
        min_length=3,
        max_length=LONGEST_PURPOSE,
        description="What for: needed for permissions that are given by name only, now"
        " `call_details:full`; otherwise it is not kept. Who sees the delegation sees it.",
    )

    @property
    def stated(self) -> str | None:
        """The purpose, where one was stated."""
        return self.purpose


class DelegationInput(TermsInput):
    """Terms to give, and their receiver."""

    receiver: PersonCode = Field(description="The person who is to get the access.")


class DelegationTerms(ResponseModel):
    """One version of what a delegation gives. It never changes."""

    version: int = Field(description="Number of the terms: 1 is the first.")
    role: str = Field(description="The role that the permissions came from, or `composed`.")
    permissions: list[Permission]
    service_ids: list[UUID] = Field(description="Empty: the whole account.")
    from_day: date
    through_day: date
    may_pass_on: bool
    purpose: Erasable = Field(
        description="What for, of permissions that are given by name only. Null: there are none,"
        " it is erased, or this answers a POST."
    )

    @classmethod
    def of(cls, version: StoredVersion) -> Self:
        own = version.terms
        return cls(
            version=version.number,
            role=own.role,
            permissions=sorted(own.permissions),
            service_ids=sorted(own.service_ids),
            from_day=own.from_day,
            through_day=own.through_day,
            may_pass_on=own.may_pass_on,
            purpose=own.purpose,
        )


class DelegationOffer(ResponseModel):
    """Terms that wait for the receiver to accept them."""

    terms: DelegationTerms
    lapses_at: datetime = Field(description="From then on it cannot be accepted.")


class DelegationProposal(ResponseModel):
    """Terms that wait to be confirmed by those who give together, before they are offered."""

    approval_id: UUID = Field(description="Where it is confirmed: `/v1/approvals/{id}`.")
    terms: DelegationTerms
    lapses_at: datetime = Field(description="From then on it cannot be confirmed.")


class DelegationBasis(ResponseModel):
    """The authority that the delegation rests on, as it was when it was given."""

    kind: BasisKind = Field(description="What it rests on.")
    given_on: date
    as_of: datetime | None = Field(description="When the register last confirmed it.")

    @classmethod
    def of(cls, found: basis.Basis) -> Self:
        return cls(kind=found.kind, given_on=found.given_on, as_of=found.as_of)


class DelegationParty(ResponseModel):
    """The giver or the receiver."""

    id: UUID | None = Field(description="Null: they have not accepted, or are forgotten.")
    name: Erasable = Field(
        description="Null: unknown, they have not accepted, or this answers a POST."
    )
    country: Erasable = Field(
        None,
        description="As the giver typed it, for the giver and whoever gives together with them."
        " Null once it is accepted.",
    )
    code: Erasable = Field(None, description="The personal code, as `country`.")


class Delegation(ResponseModel):
    """A delegation: what one person gives another on an account."""

    id: UUID
    account_id: UUID
    account_name: str
    parent_id: UUID | None = Field(description="The delegation that it was passed on from.")
    state: DelegationState
    giver: DelegationParty
    receiver: DelegationParty
    basis: DelegationBasis
    terms: DelegationTerms = Field(description="In force; those first offered, before that.")
    offer: DelegationOffer | None = Field(description="To be accepted: new, or other terms.")
    proposal: DelegationProposal | None = Field(
        description="To be confirmed before it is offered: new, or other terms. Shown to those who"
        " represent the account's company, never to the receiver."
    )
    starts_at: datetime
    ends_at: datetime = Field(description="The first moment at which it is over.")
    created_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None = Field(description="Null also of one that its last day ended.")
    ended_reason: Reason | None

    @classmethod
    def of(cls, view: DelegationView, viewer: DelegationViewer, **more: Any) -> Self:
        """Show what ``viewer`` may see of it.

        ``more``: fields that only a more special answer has.
        """
        reason, offer = view.ended_reason, view.offer
        proposal = view.proposal if viewer.sees_proposals(view.account_id) else None
        return cls(
            **more,
            id=view.id,
            account_id=view.account_id,
            account_name=view.account_name,
            parent_id=view.parent_id,
            state=view.state,
            giver=DelegationParty(id=view.giver_id, name=view.giver_name or None),
            receiver=_receiver(view, viewer),
            basis=DelegationBasis.of(view.version.basis),
            terms=DelegationTerms.of(view.version),
            offer=offer
            and DelegationOffer(terms=DelegationTerms.of(offer.version), lapses_at=offer.lapses_at),
            proposal=proposal
            and DelegationProposal(
                approval_id=approval_of(proposal.version.id),
                terms=DelegationTerms.of(proposal.version),
                lapses_at=proposal.lapses_at,
            ),
            starts_at=view.starts_at,
            ends_at=view.ends_at,
            created_at=view.created_at,
            accepted_at=view.accepted_at,
            ended_at=view.ended_at,
            ended_reason=Reason.of(reason) if reason else None,
        )


def _receiver(view: DelegationView, viewer: DelegationViewer) -> DelegationParty:
    """The receiver. A personal code that somebody typed tells no name before it is accepted."""
    if view.accepted_at is not None or viewer.person_id == view.receiver_id:
        return DelegationParty(id=view.receiver_id, name=view.receiver_name or None)
    typed: dict[str, Any] = {}
    if view.receiver is not None and _knows_code(view, viewer):
        typed = {"country": view.receiver.country, "code": view.receiver.code}
    return DelegationParty(id=None, name=None, **typed)


def _knows_code(view: DelegationView, viewer: DelegationViewer) -> bool:
    """Whether they typed the receiver's personal code, or are among those who confirm it."""
    if viewer.person_id is None:
        return False
    jointly = view.version.basis.kind is BasisKind.JOINT
    return viewer.person_id == view.giver_id or (jointly and view.account_id in viewer.represents)


class EndedDelegation(Delegation):
    """A delegation that has ended, and the event that proves it."""

    event_id: int | None = Field(description="Of the event `delegation:ended`.")
    warnings: list[AccessWarning] = Field(description=WARNINGS)


class DelegationPage(ResponseModel):
    """A page of delegations."""

    items: list[Delegation]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")

    @classmethod
    def of(
        cls, views: Sequence[DelegationView], following: str | None, viewer: DelegationViewer
    ) -> Self:
        return cls(items=[Delegation.of(view, viewer) for view in views], next=following)
