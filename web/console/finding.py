"""Find persons and accounts by what people say on the phone.

A personal code, a name or a number is typed into a form that is sent by POST: it is in no address.
"""

from collections.abc import Mapping

from web.api_client import ApiProblem, Json
from web.console.visit import ConsoleVisit
from web.forms import Form

_COUNTRY = "EE"
"""Whose codes are typed, of persons and of companies."""
_SHOWN = 20
_TO_MEND = frozenset({400, 422})
_NOBODY: Json = {"items": [], "next": None}


async def find(visit: ConsoleVisit, form: Form) -> tuple[str, Json]:
    """Return whom a form looks for: the field, ``who`` or ``which`` (account), and who was found.

    What is wrong with the words is in the errors of the form. Whoever is found of persons is
    recorded as looked up, by the API.
    """
    name = "who" if "who" in form.fields else "which"
    words = form.required(name, visit.text("page.support.missing"))
    if not form.errors:
        try:
            return name, await (
                _people(visit, words) if name == "who" else _accounts(visit, form, words)
            )
        except ApiProblem as problem:
            if problem.status not in _TO_MEND:
                raise
            form.errors[name] = next((each["message"] for each in problem.errors), problem.text)
    await visit.with_staff()
    return name, _NOBODY


async def _people(visit: ConsoleVisit, words: str) -> Json:
    typed = words.replace(" ", "")
    is_number = typed.startswith("+")
    asked: Json = (
        {"number": typed} if is_number else {"person": {"country": _COUNTRY, "code": typed}}
    )
    (found,) = await visit.with_staff(visit.api.search("/v1/ops/people/search", asked))
    return found | {"next": None}


async def _accounts(visit: ConsoleVisit, form: Form, words: str) -> Json:
    """Look for everything that the words can be; the rest of a list is that of a name."""
    asked = _meanings(words)
    if form["after"]:
        asked = asked[:1]
    only = len(asked) == 1
    answers = await visit.with_staff(
        *(_accounts_by(visit, each, form["after"], may_be_wrong=not only) for each in asked)
    )
    found = {each["id"]: each for answer in answers for each in answer["items"]}
    return {"items": list(found.values()), "next": answers[0]["next"]}


def _meanings(words: str) -> list[Json]:
    """Return what may be meant, as the API searches for it; the first may have several pages."""
    typed = words.replace(" ", "")
    if typed.startswith("+"):
        return [{"number": typed}]
    number = {"reference": words}
    if typed.isdecimal():
        return [{"company": {"country": _COUNTRY, "code": typed}}, number]
    return [{"company_name": words}, number]


async def _accounts_by(
    visit: ConsoleVisit, asked: Mapping[str, object], after: str, *, may_be_wrong: bool
) -> Json:
    """Return a page of accounts. Words that cannot be a code may be something else still."""
    try:
        return await visit.api.search("/v1/ops/accounts/search", asked, after=after, limit=_SHOWN)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND or not may_be_wrong:
            raise
        return _NOBODY
