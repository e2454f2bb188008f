"""A client of the bank simulator: a payer's browser, and the control interface."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
from pydantic import SecretStr

from simulators.bank.app import create_app
from simulators.bank.keys import Keys
from simulators.serving import serving
from tests.fixtures.patience import PATIENCE

TOKEN = SecretStr("panga-luba")
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Page(HTMLParser):
    """A page as a browser sees it: its forms with fields and buttons, and its text."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.url = str(response.url)
        self.status = response.status_code
        self.forms: list[dict[str, Any]] = []
        self.text = ""
        self.feed(response.text)

    @property
    def payment(self) -> str:
        """Return the id of the payment that it shows."""
        return self.url.rpartition("/")[2]

    @property
    def buttons(self) -> list[str]:
        """Return the buttons of the bank itself."""
        return [each for form in self.forms if not form["action"] for each in form["buttons"]]

    @property
    def back(self) -> dict[str, Any] | None:
        """Return the form by which the payer goes back; None: there is none."""
        return next((form for form in self.forms if form["action"]), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                charset = given.get("accept-charset", "UTF-8")
                form: dict[str, Any] = {"action": given.get("action"), "charset": charset}
                self.forms.append(form | {"fields": {}, "buttons": []})
            case "input":
                self.forms[-1]["fields"][given["name"]] = given["value"]
            case "button" if "value" in given:
                self.forms[-1]["buttons"].append(given["value"])

    def handle_data(self, data: str) -> None:
        self.text += data


class Client:
    """Client of a running bank simulator."""

    def __init__(self, http: httpx.Client, keys: Keys) -> None:
        self.http = http
        self.keys = keys
        self.url = str(http.base_url).rstrip("/")

    def come(self, url: str, fields: Mapping[str, str], charset: str = "UTF-8") -> Page:
        """Come to the bank with the form of a merchant, as a browser posts it."""
        answer = self.http.post(
            url, content=form_body(fields, charset), headers=FORM, follow_redirects=True
        )
        return Page(answer)

    def press(self, page: Page, button: str) -> Page:
        """Press a button of the bank's page."""
        answer = self.http.post(page.url, data={"press": button})
        answer.raise_for_status()
        return Page(answer)

    def go_back(self, page: Page) -> httpx.Response:
        """Go back to the merchant. The answer is not followed."""
        assert page.back is not None
        body = form_body(page.back["fields"], page.back["charset"])
        return self.http.post(page.back["action"], content=body, headers=FORM)

    def fault(self, source: str, kind: str, **more: Any) -> None:
        """Set this fault and no other."""
        self.control("PUT", "/faults", {"source": source, "kind": kind, **more})

    def payments(self) -> list[dict[str, Any]]:
        """Return all payments, newest first."""
        found: list[dict[str, Any]] = self.control("GET", "/payments")
        return found

    def ahead(self, **time: float) -> None:
        """Move the clock to so far ahead of the machine's: ``days=1``."""
        seconds = time.get("days", 0) * 86_400 + time.get("hours", 0) * 3_600
        self.control("PUT", "/clock", {"ahead": seconds})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """``path`` is below ``/_control``."""
        response = self.http.request(method, f"/_control{path}", json=body)
        response.raise_for_status()
        return response.json() if response.content else None

    def reset(self) -> None:
        """As at the start."""
        for path in ("faults", "seed", "payments", "clock"):
            self.control("DELETE", f"/{path}")


@contextmanager
def running(ways: Mapping[str, str] | None = None) -> Iterator[Client]:
    keys = _keys()
    with (
        serving(create_app(keys=keys, token=TOKEN, ways=ways)) as url,
        httpx.Client(base_url=url, timeout=PATIENCE) as http,
    ):
        yield Client(http, keys)


@cache
def _keys() -> Keys:
    """Made once in a process: three keys take longer than most tests."""
    directory = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return Keys(directory)


def form_body(fields: Mapping[str, str], charset: str) -> bytes:
    """Return the body that a browser makes of a form with this accept-charset."""
    return "&".join(
        f"{name}={quote_from_bytes(value.encode(charset), safe='')}"
        for name, value in fields.items()
    ).encode()
