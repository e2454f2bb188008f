"""A person's word that they agree to an act, and how they logged in to give it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.identity import Acr
from domain.numbers.sms_texts import Language


@dataclass(frozen=True, slots=True)
class Login:
    """The login behind a confirmation: the person's own, strong and fresh."""

    issuer: str
    acr: Acr
    amr: frozenset[str]
    auth_time: datetime
    token_id: str = ""
    """``jti``: finds the token at its issuer. Empty where the issuer gives none."""


@dataclass(frozen=True, slots=True)
class Confirming:
    """Who confirms what: the digest of the act, and the text in which they saw it."""

    person_id: UUID
    digest: str
    template_version: int
    language: Language
    login: Login = field(repr=False)
