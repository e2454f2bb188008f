"""Free text, which may name a person although nothing else of its row does."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from domain.people.mentions import Identity, Mention
from storage.database import Connection

_TEXTS = {
    "access_request": ("id", "message"),
    "approval": (
        "id",
        """concat_ws(' ', NULLIF(decline_message, ''),
            CASE kind WHEN 'order_place' THEN act #>> '{data,items}'
                WHEN 'number_give' THEN act #>> '{data,number}' END)""",
    ),
    "authority_document": ("id", "concat_ws(' ', description, reference)"),
    "delegation_version": ("id", "purpose"),
    "event_note": ("event_id", "text"),
    "order_cancel": ("id", "concat_ws(' ', reason, NULLIF(given, '{}'))"),
    "order_note": ("order_id || '/' || number", "concat_ws(' ', author, text)"),
    "rejected_record": ("id", "concat_ws(' ', key, detail)"),
    "service_order": ("id", "concat_ws(' ', external_id, description, NULLIF(given, '{}'))"),
    "service_order_item": (
        "order_id || '/' || number",
        "concat_ws(' ', NULLIF(parameters, '{}'), NULLIF(given, '{}'))",
    ),
    "stuck": ("id", "detail"),
    "sync_run": ("id", "reason ->> 'text'"),
}
"""Key and text of each table that holds what operators, clients, files or outside systems wrote."""

Mentions = Mapping[str, Mapping[Any, Mention]]
"""By table and key of the row: what the text names the person by."""


def mentions(connection: Connection, identity: Identity) -> Mentions:
    """Find every text that names the person; reads them all, streaming."""
    return {
        table: dict(_found(connection, table, key, column, identity))
        for table, (key, column) in _TEXTS.items()
    }


def _found(
    connection: Connection, table: str, key: str, column: str, identity: Identity
) -> list[tuple[Any, Mention]]:
    every = text(f"SELECT {key}, {column} FROM {table} WHERE {column} <> ''")
    with connection.execute(every, execution_options={"yield_per": 2000}) as rows:
        read = ((id_, identity.mentioned_in(words)) for id_, words in rows)
        return [(id_, mention) for id_, mention in read if mention is not None]
