"""Tables of the web pages, in a schema of their own: sessions, and what a login needs.

The engine reads none of them, and the pages read nothing else: their statements are in
``web/sessions.py`` and their role has no right in the engine's schema. So they have metadata of
their own, and no key into the engine's tables. Why: docs/decisions/0061-web-sessions.md.
"""

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY

from settings.web import Audience
from storage.schema.columns import metadata as of_the_engine
from storage.schema.columns import one_of

SCHEMA = "web"
pages = MetaData(schema=SCHEMA, naming_convention=of_the_engine.naming_convention)


def _moment(name: str, *, now: bool = False) -> Column[object]:
    default = func.now() if now else None
    return Column(name, DateTime(timezone=True), nullable=False, server_default=default)


session = Table(
    "session",
    pages,
    # SHA-256 of what the browser's cookie holds: who reads the table cannot use a session.
    Column("id", LargeBinary, primary_key=True),
    Column("audience", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    # A keyed digest of issuer and subject: says whether two sessions are one person's.
    Column("person", Text, nullable=False),
    Column("sid", Text),
    Column("acr", Text),
    Column("amr", ARRAY(Text), nullable=False),
    _moment("auth_time"),
    # Tokens, subject and name, encrypted.
    Column("sealed", LargeBinary, nullable=False),
    Column("user_agent", Text, nullable=False),
    # Until then one request refreshes the tokens; the others wait for it.
    Column("refreshing_until", DateTime(timezone=True)),
    _moment("created_at", now=True),
    _moment("last_seen_at", now=True),
    _moment("expires_at"),
    one_of("audience", Audience),
    Index("ix_session_person", "person"),
    Index("ix_session_issuer_sid", "issuer", "sid"),
    Index("ix_session_expires_at", "expires_at"),
)
"""Somebody who is logged in to the pages, in one browser."""

login_attempt = Table(
    "login_attempt",
    pages,
    # SHA-256 of ``state``.
    Column("id", LargeBinary, primary_key=True),
    # SHA-256 of the cookie of the browser that began it.
    Column("browser", LargeBinary, nullable=False),
    Column("audience", Text, nullable=False),
    # Nonce, PKCE verifier, page to return to, encrypted.
    Column("sealed", LargeBinary, nullable=False),
    _moment("expires_at"),
    one_of("audience", Audience),
    Index("ix_login_attempt_expires_at", "expires_at"),
)
"""A login that was begun and is not answered yet."""

kept_form = Table(
    "kept_form",
    pages,
    Column("audience", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    _moment("expires_at"),
    PrimaryKeyConstraint("audience", "person", "path"),
    one_of("audience", Audience),
    Index("ix_kept_form_expires_at", "expires_at"),
)
"""Fields of a form that was sent after its session had ended, until the same person is back."""

logout_token = Table(
    "logout_token",
    pages,
    # SHA-256 of issuer and ``jti``.
    Column("id", LargeBinary, primary_key=True),
    _moment("expires_at"),
    Index("ix_logout_token_expires_at", "expires_at"),
)
"""A logout token that was carried out: it is not carried out again."""
