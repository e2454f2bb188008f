"""Minimal FastAPI routes with one indexed read: the baseline of the product's routes.

``python -m benchmarks.bare_route PORT``, with ``DATABASE_URL``; the same pool, server and loop as
the API, the server's limits included, and nothing of what the API is for: no token, no decision, no
reason, no log, no metric.
"""

import os
import sys
from typing import Any
from uuid import UUID

import uvloop
from fastapi import FastAPI
from sqlalchemy import text

from runtime.http_server import serving
from runtime.process import stop_event
from storage.database import Database

_GRANT = text("SELECT id, role FROM access_grant WHERE account_id = :account AND person_id = :who")
_GRANTS = text("""
SELECT g.id, g.role FROM unnest(CAST(:accounts AS uuid[]), CAST(:who AS uuid[])) AS u(account, who)
JOIN access_grant g ON g.account_id = u.account AND g.person_id = u.who
""")
_DELEGATIONS = text("SELECT * FROM delegation WHERE account_id = :account ORDER BY id LIMIT 101")
_APPROVALS = text("SELECT * FROM approval ORDER BY id LIMIT 101")
_STUCK = text("SELECT * FROM stuck WHERE state <> 'closed' ORDER BY since, id LIMIT 101")

_ORDERS = text("SELECT * FROM service_order WHERE client = :by ORDER BY ordered_at DESC LIMIT 20")
_INVOICES = text("""
SELECT * FROM invoice WHERE account_id = :account ORDER BY issued_on DESC, id DESC LIMIT 101
""")


_PAIR = {"accounts": "account", "who": "who"}


def bare_app(database: Database) -> FastAPI:
    """Create the application."""
    app = FastAPI(openapi_url=None)

    @app.get("/accounts/{account_id}/people/{person_id}")
    def grant(account_id: UUID, person_id: UUID) -> dict[str, str]:
        with database.single_read() as connection:
            row = connection.execute(_GRANT, {"account": account_id, "who": person_id}).one()
        return {"id": str(row.id), "role": row.role}

    @app.post("/grants")
    def grants(asked: list[dict[str, UUID]]) -> list[dict[str, str]]:
        pairs = {name: [each[key] for each in asked] for name, key in _PAIR.items()}
        with database.single_read() as connection:
            rows = connection.execute(_GRANTS, pairs).all()
        return [{"id": str(row.id), "role": row.role} for row in rows]

    @app.get("/accounts/{account_id}/delegations")
    def delegations(account_id: UUID) -> list[dict[str, Any]]:
        with database.single_read() as connection:
            rows = connection.execute(_DELEGATIONS, {"account": account_id})
            return [dict(row) for row in rows.mappings()]

    @app.get("/approvals")
    def approvals() -> list[dict[str, Any]]:
        with database.single_read() as connection:
            return [dict(row) for row in connection.execute(_APPROVALS).mappings()]

    @app.get("/orders")
    def orders(by: str) -> list[dict[str, Any]]:
        with database.single_read() as connection:
            return [dict(row) for row in connection.execute(_ORDERS, {"by": by}).mappings()]

    @app.get("/invoices")
    def invoices(account: UUID) -> list[dict[str, Any]]:
        with database.single_read() as connection:
            rows = connection.execute(_INVOICES, {"account": account})
            return [dict(row) for row in rows.mappings()]

    @app.get("/stuck")
    def stuck() -> list[dict[str, Any]]:
        with database.single_read() as connection:
            return [dict(row) for row in connection.execute(_STUCK).mappings()]

    @app.get("/livez")
    async def livez() -> dict[str, bool]:
        return {"alive": True}

    return app


async def _serve(port: int) -> None:
    app, stop = bare_app(Database(os.environ["DATABASE_URL"])), stop_event()
    async with serving(app, "127.0.0.1", port):
        await stop.wait()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
