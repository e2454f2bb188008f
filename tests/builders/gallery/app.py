"""A page with every component of the theme on it, served as the pages are: own files, strict CSP.

Whoever adds a component adds it to ``gallery.html``: its tests then look at it in every variant.
"""

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from runtime.texts import Language
from web.http.security_headers import content_policy
from web.theme.brand import folder_of, load
from web.theme.environment import Theme
from web.theme.frame import Frame, NavLink, ShownAccount
from web.theme.plots import bar_plot
from web.theme.static_files import StaticFiles

POLICY = content_policy(())
DAYS = [(f"{day}. november", day % 3 if day < 22 else None) for day in range(1, 31)]
PEOPLE = ["Mari-Liis Männik", "Jüri Õunapuu", "Светлана Кузнецова", "Žanna Šilova"]


@dataclass
class Gallery:
    """The page's server; ``sent`` holds the forms that were accepted."""

    theme: Theme
    files: StaticFiles
    sent: list[dict[str, str]] = field(default_factory=list)
    done: int = 0
    """How far the progress is: each question brings it on."""

    @classmethod
    def of(cls, brand: str) -> "Gallery":
        """Read a brand, by name or path, and the templates beside this file."""
        loaded = load(folder_of(brand))
        files = StaticFiles.of(loaded)
        folders = {"gallery": Path(__file__).parent / "templates"}
        return cls(Theme(loaded, files, ZoneInfo("Europe/Tallinn"), folders), files)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                self.files.route(),
                Route("/{language}/gallery", self._page),
                Route("/{language}/gallery", self._send, methods=["POST"]),
                Route("/{language}/end", self._confirm),
                Route("/{language}/end", self._end, methods=["POST"]),
                Route("/{language}/progress", self._progress),
                Route("/{language}/refused", self._refused),
            ]
        )

    def _answer(self, html: str, status: int = 200) -> Response:
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return HTMLResponse(html, status, headers)

    def html(self, language: Language, **values: object) -> str:
        """Return the page."""
        given: dict[str, object] = {
            "people": PEOPLE, "q": "", "errors": {}, "typed": {}, "done": self.done,
            "so_far": bar_plot(DAYS, str, limit=25), "by_day": bar_plot(DAYS, str),
        }  # fmt: skip
        frame = _frame("/gallery", str(values.pop("status", "")))
        return self.theme.page("gallery/gallery.html", language, frame, **given | values)

    async def _page(self, request: Request) -> Response:
        language = Language(request.path_params["language"])
        q = request.query_params.get("q", "")
        found = [each for each in PEOPLE if q.casefold() in each.casefold()]
        if request.headers.get("hx-target") == "people":
            part = self.theme.part("gallery/gallery.html", "people", language, people=found, q=q)
            return self._answer(part)
        status = request.query_params.get("status", "")
        return self._answer(self.html(language, people=found, q=q, status=status))

    async def _send(self, request: Request) -> Response:
        language = Language(request.path_params["language"])
        form = {name: str(value) for name, value in (await request.form()).items()}
        if not form.get("until"):
            errors = {"until": "Sisestage lõppkuupäev"}
            if request.headers.get("hx-request"):
                part = self.theme.part(
                    "gallery/gallery.html", "give", language, errors=errors, typed=form
                )
                return self._answer(part, 422)
            return self._answer(self.html(language, errors=errors, typed=form), 422)
        self.sent.append(form)
        return RedirectResponse(f"/{language}/gallery?status=Ligipääs+anti", 303)

    async def _confirm(self, request: Request) -> Response:
        language = Language(request.path_params["language"])
        if request.headers.get("hx-target") == "dialog-content":
            return self._answer(self.theme.part("gallery/end.html", "confirmation", language))
        return self._answer(self.theme.page("gallery/end.html", language, _frame("/end")))

    async def _end(self, request: Request) -> Response:
        self.sent.append({"ended": "yes"})
        language = request.path_params["language"]
        return RedirectResponse(f"/{language}/gallery?status=Ligipääs+lõppes", 303)

    async def _progress(self, request: Request) -> Response:
        self.done = min(self.done + 40, 100)
        language = Language(request.path_params["language"])
        part = self.theme.part("gallery/gallery.html", "progress", language, done=self.done)
        return self._answer(part)

    async def _refused(self, request: Request) -> Response:
        language = Language(request.path_params["language"])
        html = self.theme.page(
            "theme/error.html",
            language,
            _frame("/refused"),
            title="Puhkeb OÜ ligipääse ei saa te hallata",
            sentences=["Teie ligipääs ettevõttele Puhkeb OÜ (14928374) lõppes 12.03.2027."],
            links=[("/gallery", "Küsi ligipääsu"), ("/gallery", "Vali teine ettevõte")],
            reference="8f14e45f",
        )
        return self._answer(html, 403)


def _frame(path: str, status: str = "") -> Frame:
    return Frame(
        path=path,
        home="/gallery",
        nav=[
            NavLink("/gallery?of=start", "Algus"),
            NavLink("/gallery", "Inimesed ja ligipääs", current=True),
            NavLink("/gallery?of=confirm", "Kinnitamine", count=3),
            NavLink("/gallery?of=services", "Teenused"),
            NavLink("/gallery?of=contracts", "Lepingud"),
            NavLink("/gallery?of=history", "Ajalugu"),
        ],
        account=ShownAccount("Puhkeb OÜ", "14928374", "/gallery?of=accounts"),
        person="Mari-Liis Männik",
        person_menu=[NavLink("/gallery?of=me", "Minu seansid")],
        sign_out="/et/end",
        status=status,
        undo=NavLink("/gallery?of=undo", "Anna uuesti") if status else None,
    )
