"""Pages about a login, in the theme: cancelled, refused, ended."""

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from settings.web import Audience
from web.error_pages import CONSOLE
from web.login.pages import LoginPage
from web.parts import parts_of
from web.theme.frame import Frame


def login_page(request: Request, page: LoginPage) -> Response:
    """Render a page about a login."""
    home = CONSOLE if page.audience is Audience.CONSOLE else "/"
    html = parts_of(request).theme.page(
        "theme/error.html",
        page.language,
        Frame(f"{home.rstrip('/')}/login", home=home),
        title=page.title,
        sentences=[page.body],
        links=[(page.login_url.removeprefix(f"/{page.language}"), page.again)],
        reference="",
    )
    return HTMLResponse(html, page.status)
