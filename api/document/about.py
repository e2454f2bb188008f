"""What the document says of the API as a whole."""

from typing import Any

from api.http.problem_kinds import KINDS

TITLE, VERSION = "Volitus", "1"
LICENCE = {"name": "Apache 2.0", "identifier": "Apache-2.0"}
# The project does not know who runs an installation; its operator is whom integrators ask.
CONTACT = {"name": "The operator who runs this installation"}
SERVERS = [{"url": "/", "description": "The installation that serves this document."}]

_CODES = "\n".join(f"| `{code}` | {status} | {title} |" for code, (status, title) in KINDS.items())
DESCRIPTION = f"""\
Who may act for whom at a telecom operator, and why.

Every request carries a bearer access token (RFC 9068). A resource that the caller may not see is
answered like one that does not exist. Lists are paginated: follow `next`, or the `Link` header.
Long-running operations are answered with `202`; follow them at `Location`. An `Idempotency-Key` on
a request that starts something makes repeating it safe: a repetition gets the first answer, with
`Idempotent-Replayed: true`. Wait as `Retry-After` says, where it is sent. `OPTIONS` and a `405`
name the methods of a resource in `Allow`. Enumerations may grow.

What people propose and confirm needs a fresh login of level `high`; otherwise the answer is `401`
`step_up_needed` with the challenge of RFC 9470. Log in again and repeat the request.

`Accept-Language` (`et`, `ru` or `en`; default English) chooses the language of the titles of
problems, of the texts of reasons and of sentences; `Content-Language` says where texts were
translated. Programs use codes, never texts.

Errors are problem details (RFC 9457) with one of these codes:

| code | status | title |
| --- | --- | --- |
{_CODES}
"""


def info(title: str, version: str, description: str) -> dict[str, Any]:
    """Return what ``get_openapi`` takes of a whole document, with licence and contact."""
    return {
        "title": title,
        "version": version,
        "description": description,
        "license_info": LICENCE,
        "contact": CONTACT,
    }
