"""The phones for people: what each asks, to confirm or to cancel. No script, nothing fetched."""

from html import escape
from itertools import islice
from string import Template
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from simulators.signing.sessions import Answers, Kind, Session, Sessions

_SHOWN = 50
_QUESTIONS = {
    Kind.SIGNATURE: "Sign?",
    Kind.AUTHENTICATION: "Enter?",
    Kind.CERTIFICATE_CHOICE: "Use this device?",
}
_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="3">
<title>$title</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
article { border: 2px solid #222; border-radius: 1rem; margin: 1rem 0; max-width: 24rem;
  padding: 1rem 1.5rem }
.code { font-size: 2rem; letter-spacing: .2em; margin: 0 }
.text { overflow-wrap: anywhere; white-space: pre-wrap }
button { font: inherit; margin: 0 .5rem .5rem 0; padding: .5rem 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #ccc; padding: .4rem .8rem .4rem 0; text-align: left;
  vertical-align: top }
</style>
</head>
<body>
<main>
<h1>$title</h1>
<p>A simulator: nothing here reached a phone. The page renews itself.</p>
<form method="post" action="/habits">
<button name="answers" value="$other">$offer</button>
</form>
<h2>Phones that ask</h2>
$asking
<h2>Asked lately</h2>
<table>
<thead><tr><th>at (UTC)<th>who<th>text<th>code<th>result</tr></thead>
<tbody>
$asked
</tbody>
</table>
</main>
</body>
</html>
""")


def phones(title: str, sessions: Sessions) -> APIRouter:
    """Return ``/``, which shows what phones ask, and what its buttons do."""
    router = APIRouter(tags=["people"])

    @router.get("/")
    async def page() -> HTMLResponse:
        return HTMLResponse(_page(title, sessions))

    @router.post("/phones/{session_id}", response_class=Response)
    async def answer(session_id: str, press: Annotated[str, Form()]) -> Response:
        sessions.answer(session_id, confirmed=press != "cancel", code=press)
        return RedirectResponse("/", 303)

    @router.post("/habits", response_class=Response)
    async def change_habits(answers: Annotated[Answers, Form()]) -> Response:
        sessions.habits = sessions.habits.model_copy(update={"answers": answers})
        return RedirectResponse("/", 303)

    return router


def _page(title: str, sessions: Sessions) -> str:
    shown = list(islice(sessions.newest(), _SHOWN))
    automatic = sessions.habits.answers == "automatic"
    asking = "\n".join(_phone(each) for each in shown if each.result is None)
    asked = "\n".join(_row(each) for each in shown)
    return _PAGE.substitute(
        title=escape(title),
        other="manual" if automatic else "automatic",
        offer="Let phones wait for me" if automatic else "Let people confirm by themselves",
        asking=asking or "<p>None.</p>",
        asked=asked or '<tr><td colspan="5">Nothing yet.</td></tr>',
    )


def _phone(session: Session) -> str:
    presses = session.codes or ("confirm",)
    buttons = "\n".join(_button(each) for each in (*presses, "cancel"))
    code = "" if session.codes else f'<p class="code">{escape(session.code)}</p>'
    return f"""<article>
<p>{escape(session.phone or session.person)}</p>
<p><strong>{escape(session.relying_party)}</strong></p>
<p class="text">{escape(session.text)}</p>
{code}
<p>{_QUESTIONS[session.kind]}</p>
<form method="post" action="/phones/{session.id}">
{buttons}
</form>
</article>"""


def _button(press: str) -> str:
    return f'<button name="press" value="{press}">{press.capitalize()}</button>'


def _row(session: Session) -> str:
    at = f"{session.started_at:%d.%m.%Y %H:%M:%S}"
    who = session.phone or session.person
    cells = (at, who, session.text, session.code, session.result or "asks")
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
