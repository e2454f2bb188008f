"""A request for a page by somebody who is signed in, and the ways to answer it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from runtime.texts import Language, messages, reason_text
from settings.web import Audience
from web.api_client import Api, Json
from web.forms import Form
from web.http.redirects import asked_by_htmx, redirect
from web.login.signed_in import Gate, SignedIn, gate_of
from web.notices import Done, notice_of, put_notice
from web.parts import Parts, parts_of
from web.theme.formats import Formats
from web.theme.frame import Frame, NavLink, ShownAccount


@dataclass
class Surroundings:
    """What stands around the content of a page: filled in by the part of the site."""

    home: str = "/"
    nav: Sequence[NavLink] = ()
    person_menu: Sequence[NavLink] = ()
    account: ShownAccount | None = None
    sign_out: str | None = None
    refresh: int | None = None
    """Seconds until the page is loaded again where no scripts run."""


@dataclass
class Visit:
    """Who asks for which page, in which language."""

    request: Request
    language: Language
    parts: Parts
    gate: Gate
    signed_in: SignedIn
    api: Api
    around: Surroundings = field(default_factory=Surroundings)

    def text(self, id_: str, /, **values: object) -> Markup:
        """Return a text of the catalogue, or the brand's."""
        return self.parts.theme.texts(self.language).text(id_, **values)

    def role(self, code: str) -> Markup:
        """Return the name of a role, as ``Texts.role`` does."""
        return self.parts.theme.texts(self.language).role(code)

    def event(self, kind: str) -> Markup:
        """Say what happened. The API may know kinds that these pages do not yet: never silent."""
        id_ = f"page.event.{kind}"
        return self.text(id_ if id_ in messages(self.language) else "page.history.other")

    def reason(self, reason: Json | None) -> str:
        """Return why something was decided, in this language; empty where no reason is stored."""
        if reason is None:
            return ""
        return reason_text(reason["code"], reason["text"], reason["facts"], self.language)

    @property
    def today(self) -> date:
        """Today, in the zone of the installation."""
        return datetime.now(self.parts.zone).date()

    @property
    def formats(self) -> Formats:
        """Formats of days, times and money in this language."""
        return Formats(self.language, self.parts.zone)

    def at(self, path: str) -> str:
        """Return the address of a page in this language. ``path`` begins with ``/``."""
        return f"/{self.language}{path}"

    @property
    def path(self) -> str:
        """Path and query of this page, without language."""
        url = self.request.url
        path = url.path.removeprefix(f"/{self.language}") or "/"
        return f"{path}?{url.query}" if url.query else path

    @property
    def is_part(self) -> bool:
        """Whether htmx asks, to replace a part of the page."""
        return asked_by_htmx(self.request)

    async def form(self) -> Form:
        """Return the form of this page: what was typed before the session ended, or empty."""
        path = self.request.url.path
        kept = await run_in_threadpool(self.gate.kept_form, self.signed_in, path)
        return Form() if kept is None else Form.kept(kept)

    async def sent(self) -> Form:
        """Return the form that was sent."""
        return Form.sent(await self.request.form())

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Render a page. Status 422: a form on it was refused."""
        done = notice_of(self.request)
        frame = self._frame(done)
        html = self.parts.theme.page(template, self.language, frame, visit=self, **values)
        response = HTMLResponse(html, status)
        if done is not None:
            put_notice(response, None)
        return response

    def part(self, template: str, block: str, *, status: int = 200, **values: object) -> Response:
        """Render one block of a page, for htmx."""
        html = self.parts.theme.part(template, block, self.language, visit=self, **values)
        return HTMLResponse(html, status)

    def go(self, path: str, done: Done | None = None) -> Response:
        """Lead to a page after a form was carried out; reloading it repeats nothing.

        ``done`` says there, once, what has happened.
        """
        response = redirect(self.request, self.at(path))
        if done is not None:
            put_notice(response, done)
        return response

    def _frame(self, done: Done | None) -> Frame:
        around = self.around
        undo = NavLink(done.undo, self.text("page.frame.undo")) if done and done.undo else None
        return Frame(
            self.path,
            home=around.home,
            nav=around.nav,
            account=around.account,
            person=self.signed_in.name,
            person_menu=around.person_menu,
            sign_out=around.sign_out,
            status=self.text(done.text) if done else "",
            refresh=around.refresh,
            undo=undo,
        )


def visiting(audience: Audience) -> Callable[..., Awaitable[Visit]]:
    """Return the dependency of pages for this audience. It raises LoginNeeded."""

    def who(request: Request) -> SignedIn:  # on a thread: it reads a row
        return gate_of(request, audience).signed_in(request)

    async def visit(
        request: Request, language: Language, signed_in: Annotated[SignedIn, Depends(who)]
    ) -> Visit:
        parts = parts_of(request)
        api = Api(parts.api, signed_in.access_token, audience, language)
        return Visit(request, language, parts, gate_of(request, audience), signed_in, api)

    return visit
