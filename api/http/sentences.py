"""The reader of an answer and their language: sentences and names depend on them."""

from typing import Annotated

from fastapi import Depends, Request

from api.auth.authorization import Authorized
from api.auth.principals import StaffCaller
from api.http.languages import negotiated
from api.parts import parts_of
from domain.delegations.chains import Reader
from domain.identifiers import PersonKey
from runtime.sentences import Sentences
from storage.database import Connection
from storage.parties import people


def sentences_of(request: Request) -> Sentences:
    """Return the sentences of this request's language, with the installation's days."""
    asked = ",".join(request.headers.getlist("accept-language"))
    return Sentences(negotiated(asked), parts_of(request).offers.zone)


async def _sentences(request: Request) -> Sentences:
    return sentences_of(request)


AskedSentences = Annotated[Sentences, Depends(_sentences)]


def reader_of(connection: Connection, admitted: Authorized) -> Reader:
    """Return who reads the answer to this caller: staff, a person, or a program that sees no names.

    A portal reads for the person it names.
    """
    person = admitted.person
    if isinstance(person, PersonKey):
        person = people.id_of(connection, person)
    return Reader(person, sees_all=isinstance(admitted.caller, StaffCaller))
