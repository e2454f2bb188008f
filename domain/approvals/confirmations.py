"""A person's word that they agree to an act, and how they logged in to give it."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.identity import Login
from domain.numbers.sms_texts import Language


@dataclass(frozen=True, slots=True)
class Confirming:
    """Who confirms what: the digest of the act, and the text in which they saw it."""

    person_id: UUID
    digest: str
    template_version: int
    language: Language
    login: Login = field(repr=False)
