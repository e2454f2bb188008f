"""Visits to pages for staff: signed in at the provider of the console.

What somebody may see and do there, ``GET /v1/ops/me`` says: pages ask for operations, no roles.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from markupsafe import Markup

from settings.web import Audience
from web.api_client import ApiProblem, Json
from web.console.navigation import console_links
from web.console.temporal_links import workflow_url
from web.error_pages import CONSOLE
from web.forms import Form
from web.theme import measures
from web.visit import Visit, visiting

_UNDO = "undo-"
"""Before the action of a step that undoes the one whose action follows."""


@dataclass
class ConsoleVisit(Visit):
    """A visit to a page for staff."""

    _staff: Json | None = None

    async def with_staff(self, *calls: Awaitable[Json]) -> list[Json]:
        """Return what these calls answer; who is staff is asked beside them, the first time.

        Every page calls this before it is rendered.
        """
        if self._staff is not None:
            return await asyncio.gather(*calls)
        self._staff, *found = await asyncio.gather(self.api.get("/v1/ops/me"), *calls)
        self.around.nav = console_links(self.path, self.text, self.may)
        return found

    async def needs(self, operation_id: str) -> None:
        """Refuse whoever may not call an operation, as the API would: for pages that only ask."""
        await self.with_staff()
        if not self.may(operation_id):
            raise ApiProblem(HTTPStatus.FORBIDDEN, {"code": "insufficient_scope"})

    def may(self, operation_id: str) -> bool:
        """Return whether this member of staff may call an operation, says the API."""
        return self._staff is not None and operation_id in self._staff["may"]

    def word(self, group: str, code: str) -> Markup:
        """Return a code in words; the code itself where the API is newer than these pages."""
        try:
            return self.text(f"page.console.{group}.{code}")
        except KeyError:
            return Markup("{}").format(code)

    def amount(self, money: Json) -> str:
        """Return an amount of the API's as people read it."""
        return measures.amount(money, self.formats.locale)

    def by(self, actor: Json) -> Markup:
        """Return who did something, as the API names them; the engine has a name of its own."""
        if actor["kind"] in {"engine", "register"}:
            return self.text(f"page.console.by.{actor['kind']}")
        return Markup("{}").format(actor["name"] or actor["id"])

    def step(self, action: str) -> Markup:
        """Return what a step does, in words. ``package.2`` is the step of an order's second item.

        Steps of the operator's own products are called as their catalogue calls them.
        """
        plain = action.removeprefix(_UNDO)
        name, _, number = plain.rpartition("-" if plain.startswith("send-") else ".")
        if name and number.isdecimal():
            word = Markup("{} ({})").format(self.word("step_kind", name), number)
        else:
            word = self.word("step_kind", plain)
        return word if plain == action else self.text("page.console.undo_of", step=word)

    def steps(self, actions: Sequence[str]) -> str | None:
        """Return steps in words, with commas between; None: there are none."""
        return ", ".join(map(self.step, actions)) or None

    def cause(self, code: str) -> Markup:
        """Return in words why the sync or an import could not use something.

        Lines of delegations are refused by the rules of offers.
        """
        for id_ in (f"page.console.rejected_code.{code}", f"refusal.{code}"):
            with suppress(KeyError):
                return self.text(id_)
        return Markup("{}").format(code)

    def refused(
        self, form: Form, problem: ApiProblem, names: Mapping[str, str] | None = None
    ) -> Form:
        """Add why the API refused what a form asks; ``names`` as ``Form.refused``.

        Where others decided meanwhile, it is said in words of the console: what the API says then
        is for programs.
        """
        form.refused(problem, names)
        if "" in form.errors and not problem.errors:
            with suppress(KeyError):
                form.errors[""] = self.text(f"page.console.refused.{problem.code}")
        return form

    def workflow_url(self, workflow_id: str) -> str | None:
        """Return the address of a workflow in Temporal's UI; None: nobody said where that is."""
        return workflow_url(self.parts.settings.temporal_ui_url, workflow_id)


async def _visit(visit: Annotated[Visit, Depends(visiting(Audience.CONSOLE))]) -> ConsoleVisit:
    visit.around.home = CONSOLE
    return ConsoleVisit(
        visit.request,
        visit.language,
        visit.parts,
        visit.gate,
        visit.signed_in,
        visit.api,
        visit.around,
    )


StaffVisit = Annotated[ConsoleVisit, Depends(_visit)]
