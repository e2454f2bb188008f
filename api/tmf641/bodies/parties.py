"""What a client tells about an order beside its items; it is kept, shown, and proves nothing.

Names and addresses of parties are not kept: who may order, the token says.
"""

from typing import Annotated

from pydantic import Field

from api.tmf641.bodies.fields import Body, Label, Moment, Text, Word
from domain.orders.notes import NewNote

MOST = 20
"""Entries of each list."""


class ExternalReferenceInput(Body):
    """Another name of the order."""

    id: Label | None = None
    externalReferenceType: Label | None = None
    name: Word


class RelatedPartyInput(Body):
    """A party."""

    id: Word
    role: Label | None = None
    referred_type: Label | None = Field(None, alias="@referredType")


class OrderRelationshipInput(Body):
    """A relation to another order. `dependency`: this one begins when that one is completed."""

    id: Word
    relationshipType: Word
    referred_type: Label | None = Field(None, alias="@referredType")


class NoteInput(Body):
    """A note."""

    id: Label | None = None
    author: Label | None = None
    date: Moment | None = None
    text: Annotated[Text, Field(min_length=1)]


ExternalReferences = Annotated[list[ExternalReferenceInput], Field(max_length=MOST)]
RelatedParties = Annotated[list[RelatedPartyInput], Field(max_length=MOST)]
OrderRelationships = Annotated[list[OrderRelationshipInput], Field(max_length=MOST)]
Notes = Annotated[list[NoteInput], Field(max_length=MOST)]


def new_note(note: NoteInput) -> NewNote:
    """Return a note to add."""
    return NewNote(note.text, note.id or None, note.author or "", note.date)
