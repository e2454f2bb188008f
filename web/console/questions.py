"""Decisions that the console asks about once more: what they would do, and why somebody decides so.

The same question is a page, and a dialog where scripts run.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi.responses import Response
from markupsafe import Markup

from web.api_client import ApiProblem, Json
from web.console.visit import ConsoleVisit
from web.forms import Form
from web.notices import Done

MENDED = frozenset({400, 409, 422})
"""Refusals that are shown in the form: somebody can mend them, or was later than somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about one decision. Paths have no language."""

    title: Markup
    yes: Markup | None
    """Text of the button that decides; None: nothing is to be decided any more."""
    action: str
    back: str
    says: Sequence[Markup] = ()
    """What it would do, a sentence each."""
    facts: Sequence[tuple[Markup, object]] = ()
    color: str | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)
    with_reason: bool = True


Asked = Callable[[], Awaitable[Question]]
"""Reads what the question is about as it is now, and asks."""


def asked(visit: ConsoleVisit, question: Question, form: Form, *, status: int = 200) -> Response:
    """Show the question."""
    about: Json = {"question": question, "form": form}
    if visit.is_part:
        return visit.part("console/question.html", "main", status=status, **about)
    return visit.page("console/question.html", status=status, **about)


async def decided(
    visit: ConsoleVisit,
    path: str,
    question: Asked,
    *,
    body: Callable[[Form], Json] | None = None,
    done: Done,
    then: str,
) -> Response:
    """Carry out what was asked, then lead to ``then``; what the API refuses is asked again.

    ``body``: what of the form goes to the API's ``path`` beside the reason, where there is one.
    """
    form = await visit.sent()
    sent = {} if body is None else body(form)
    if "reason" in form.fields:
        sent["reason"] = form.required("reason", visit.text("page.console.reason_missing"))
    if not form.errors:
        try:
            await visit.api.post(path, sent, key=form.id)
        except ApiProblem as problem:
            if problem.status not in MENDED:
                raise
            visit.refused(form, problem)
        else:
            return visit.go(then, done)
    return asked(visit, await question(), form, status=422)
