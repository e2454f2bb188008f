"""The API in its own process, with customers, and a portal that sends requests."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from benchmarks import caller_limits
from benchmarks.customers import Access, settle
from benchmarks.load import Target, post
from benchmarks.measuring import Size
from benchmarks.place import Place, named, running
from simulators.identity.client import client_token, person_token
from storage.database import Database

CONNECTIONS = 8
ALLOWED = b'"allowed":true'
_PEOPLE = 200
"""Number of people who send requests with their own tokens."""


@dataclass(frozen=True)
class Portal:
    """A running API and the requests to send."""

    port: int
    database_url: str
    access: Sequence[Access]
    identity_url: str

    def question(self, access: Access, token: str, *, own: bool = False) -> bytes:
        """Return an access check about an account's bills; allowed while the grant is valid."""
        return self.question_of(None if own else access.person_id, access.account_id, token)

    def question_of(self, person_id: UUID | None, account_id: UUID, token: str) -> bytes:
        """Return the same about any person; None: whoever the token is of."""
        body = {"account_id": str(account_id), "permission": "invoice:view"}
        if person_id is not None:
            body["person_id"] = str(person_id)
        return post("/v1/access/check", json.dumps(body), token)

    def target(self) -> Target:
        """Return all requests: half by the portal's server, half by people who logged in."""
        token = client_token(self.identity_url, "portal")
        people = [
            self.question(each, person_token(self.identity_url, each.code), own=True)
            for each in islice(self.access, _PEOPLE)
        ]
        questions = [
            question
            for number, each in enumerate(self.access)
            for question in (self.question(each, token), people[number % len(people)])
        ]
        return Target(self.port, questions, ALLOWED)


@contextmanager
def portal(place: Place, size: Size, **changes: str) -> Iterator[Portal]:
    """Run ``python -m api`` while the block runs; yields it when ready.

    ``changes`` are settings.
    """
    programs, settings, _ = place.programs()
    identity = named(programs.servers(), "identity")
    with place.database() as url:
        database = Database(url)
        access = settle(database, size.accounts)
        database.close()
        own = programs.environment(url) | caller_limits.WIDE | changes
        api = named(programs.product(own), "api")
        with running(identity, api):
            identity_url = f"http://127.0.0.1:{settings.identity_port}"
            yield Portal(settings.api_port, url, access, identity_url)
