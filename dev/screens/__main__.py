"""``make screens``: pictures of the main pages, in each language and once in the second brand."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from dev.demo.client import Scene
from dev.demo.performance import perform
from dev.demo.report import Teller
from dev.screens.camera import Shot, chromium, take
from dev.screens.story import Story, told
from dev.stack.days import today
from runtime.texts import Language

_COMPANIES = 200
_OPERATOR = "staff-kati"
_SECOND_BRAND = {"VOLITUS_WEB_BRAND": "kanarbik"}
Out = Annotated[Path, typer.Option(help="Folder of the pictures.", file_okay=False)]


def shots(story: Story) -> list[Shot]:
    """Return the main pages."""
    account, board = f"/c/{story.account}", story.board.code
    return [
        Shot("start", "/", board),
        Shot("account", account, board),
        Shot("people", f"{account}/people", board),
        Shot("give-access", f"{account}/people/give", board),
        Shot("confirmation", f"/confirmations/{story.approval}", story.second.code),
        Shot("service", f"{account}/services/{story.service}", board),
        Shot("contract", f"{account}/contracts/{story.contract}", board),
        Shot("new-contract", f"{account}/contracts/new/mobile-subscription", board),
        Shot("invoice", f"{account}/invoices/{story.invoice}", board),
        Shot("usage", f"{account}/usage?month={last_month()}", board),
        Shot("console", "/console", _OPERATOR),
        Shot("stuck", f"/console/stuck/{story.stuck}", _OPERATOR),
    ]


def last_month() -> str:
    """Return the month before this one, as pages take it: of this one little may be known yet."""
    first = date.fromisoformat(today()).replace(day=1)
    return f"{first - timedelta(days=1):%Y-%m}"


def console_shots(story: Story) -> list[Shot]:
    """Return further pages of the console, for the guide of operators: in one language."""
    about = f"person={story.accountant}&account={story.account}"
    return [
        Shot("targets", "/console/targets", _OPERATOR),
        Shot("explanation", f"/console/support/explanation?{about}", _OPERATOR),
        Shot("audit", f"/console/audit?account={story.account}", _OPERATOR),
    ]


def main(out: Out = Path("docs/screens")) -> None:
    """Start a temporary stack, let things happen in it, and take the pictures."""
    out.mkdir(parents=True, exist_ok=True)

    def photographed(scene: Scene, teller: Teller) -> None:
        teller.chapter("Pictures of the pages")
        story = told(scene)
        with chromium() as browser:
            take(browser, scene.stack.web_url, shots(story), list(Language), out)
            further = console_shots(story)
            take(browser, scene.stack.web_url, further, [Language.ENGLISH], out)
            scene.stack.restart("web", _SECOND_BRAND)
            start = [Shot("second-brand", f"/c/{story.account}/people", story.board.code)]
            take(browser, scene.stack.web_url, start, [Language.ESTONIAN], out)
        taken = sorted(file.name for file in out.glob("*.png"))
        teller.line(f"{len(taken)} in {out}", came_true=bool(taken), seen=taken)

    perform(photographed, "screens", companies=_COMPANIES, customers=_COMPANIES)


if __name__ == "__main__":
    typer.run(main)
