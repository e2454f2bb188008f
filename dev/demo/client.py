"""Actions of people and programs in the demo: log in, call the API, change the simulators."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx

from dev.stack.stack import Stack
from dev.stack.volitus_program import run_volitus
from simulators.identity.client import client_token, person_token, staff_token
from storage.contracts import changing, rows, service_access
from storage.database import Database

Body = dict[str, Any]
T = TypeVar("T")
_PATIENCE = 180.0
_IN_FORCE = """
SELECT count(*) FROM access_grant WHERE origin = 'register' AND validity @> clock_timestamp()
"""


class Scene:
    """The demo's stack, used only over HTTP and through the ``volitus`` program."""

    def __init__(self, stack: Stack, folder: Path, customers: int) -> None:
        self.stack = stack
        self.customers = customers
        """Number of companies that are customers; a fifth as many are added later."""
        self.folder = folder
        self._http = httpx.Client(timeout=60, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def login(self, code: str, age: int = 0) -> str:
        """Log a person in with Smart-ID; return the access token that the portal gets.

        ``age``: seconds since the login.
        """
        return person_token(self.stack.identity_url, code, login_age=age)

    def portal(self) -> str:
        """Return a token of the portal itself."""
        return client_token(self.stack.identity_url, "portal")

    def systems(self) -> str:
        """Return a token of the operator's own systems."""
        return client_token(self.stack.identity_url, "operator-systems")

    def staff(self, role: str, **claims: str) -> str:
        """Return a token of a member of staff; another ``sub`` is somebody else."""
        return staff_token(self.stack.identity_url, role, **claims)

    def get(self, path: str, token: str, language: str = "en") -> httpx.Response:
        """Read from the API, in a language."""
        return self._api("GET", path, token, headers={"Accept-Language": language})

    def post(self, path: str, token: str, body: Body | None = None) -> httpx.Response:
        """Post to the API with a new idempotency key."""
        return self._api("POST", path, token, body or {}, {"Idempotency-Key": str(uuid4())})

    def put(self, path: str, token: str, body: Body) -> httpx.Response:
        """Put to the API."""
        return self._api("PUT", path, token, body)

    def _api(
        self,
        method: str,
        path: str,
        token: str,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {token}"} | dict(headers or {})
        return self._http.request(
            method, self.stack.api_url + path, json=body, headers=bearer, follow_redirects=False
        )

    def refresh(self, token: str) -> Body:
        """Refresh a person's access and follow the operation to its end."""
        started = self.post("/v1/me/refresh", token)
        where = started.headers.get("Location", "")
        if started.status_code != httpx.codes.ACCEPTED or not where:
            return {"state": "not started", "status": started.status_code, "body": started.text}
        return until(
            lambda: self.get(where, token).json(),
            lambda operation: operation.get("state") in {"succeeded", "failed"},
        )

    def check(
        self,
        token: str,
        account: str,
        permission: str = "invoice:pay",
        service: str | None = None,
    ) -> Body:
        """Check whether the token's person has a permission on an account or service."""
        asked = {"account_id": account, "permission": permission, "service_id": service}
        answer: Body = self.post("/v1/access/check", token, asked).json()
        return answer

    def register(self, method: str, path: str, body: object = None) -> Any:
        """Call the control API of the simulated register."""
        answer = self._http.request(method, self.stack.register_url + path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def network(self, method: str, path: str, body: object = None) -> Any:
        """Call the control API of the simulated mobile network."""
        answer = self._http.request(method, self.stack.network_url + path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def billing(self, method: str, path: str, body: object = None) -> Any:
        """Call the control API of the simulated billing."""
        answer = self._http.request(method, self.stack.billing_url + path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def bank(self, method: str, path: str, body: object = None) -> Any:
        """Call the control API of the simulated banks."""
        answer = self._http.request(method, self.stack.bank_url + path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def comes_to_bank(self, action: Body) -> str:
        """Post the form that hands a payer over to a bank; return the bank's id of the payment."""
        page = self._http.post(action["url"], data=action["fields"], follow_redirects=True)
        return str(page.raise_for_status().url).rpartition("/")[2]

    def browser_brings(self, form: Body) -> httpx.Response:
        """Post what a browser brings back from a bank."""
        return self._http.post(form["url"], data=form["fields"], follow_redirects=False)

    def mobile_id(self, method: str, path: str, body: object = None) -> Any:
        """Call the control API of the simulated Mobile-ID, whose phones it answers for."""
        answer = self._http.request(method, self.stack.mobile_id_url + path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def texts_to(self, number: str) -> list[str]:
        """Return the SMS that the simulated gateway got for this number, newest last.

        Waits for the first: on a slow machine the API answers before it is sent.
        """
        where = f"{self.stack.sms_url}/_control/outbox"

        def read() -> list[Body]:
            answer = self._http.get(where, params={"to": number}).raise_for_status()
            found: list[Body] = answer.json()
            return found

        return [message["text"] for message in until(read, bool)]

    def volitus(self, *arguments: str) -> Any:
        """Run the console program; return what it printed as JSON."""
        return run_volitus(self.stack.environment, *arguments)

    def start_sync(self, source: str) -> str:
        """Start a sync as operations; return its path."""
        started = self.post("/v1/sync/runs", self.staff("ops"), {"source": source})
        return str(started.raise_for_status().headers["Location"])

    def run(self, where: str) -> Body:
        """Return a sync run as operations see it."""
        run: Body = self.get(where, self.staff("ops")).json()
        return run

    def sync(self, source: str) -> Body:
        """Run a sync until it has ended or is held."""
        where = self.start_sync(source)
        return until(lambda: self.run(where), lambda run: run["state"] != "running")

    def grants_in_force(self) -> int:
        """Count the valid grants of origin register in the database."""
        with self._database() as database, database.reading() as connection:
            count: int = connection.exec_driver_sql(_IN_FORCE).scalar_one()
        return count

    def let_end_come(self, contract_id: str) -> None:
        """Let the moment of a contract's end be now, as if the days until then had passed."""
        with self._database() as database, database.transaction() as session:
            contract = rows.lock(session, UUID(contract_id))
            if contract is not None:
                changing.update(session, contract, ends_at=contract.now)
                service_access.follow(session, contract.service_ids)

    @contextmanager
    def _database(self) -> Iterator[Database]:
        database = Database(self.stack.environment["VOLITUS_DATABASE_URL"], pool_size=1)
        try:
            yield database
        finally:
            database.close()


def until(read: Callable[[], T], satisfied: Callable[[T], bool]) -> T:
    """Repeat until satisfied or out of time; return the last result."""
    deadline = time.monotonic() + _PATIENCE
    seen = read()
    while not satisfied(seen) and time.monotonic() < deadline:
        time.sleep(0.1)
        seen = read()
    return seen
