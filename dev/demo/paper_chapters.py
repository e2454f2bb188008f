"""The demo's chapters of two mandate officers: a signing rule in words, and a mandate on paper."""

from dev.demo.accountant_chapter import ASSISTANT
from dev.demo.client import Body, Scene
from dev.demo.people import WORDS, Seat, account_of, seat_anew, why
from dev.demo.report import Teller
from dev.stack.days import today

_WHY = {"reason": "compared with the paper"}
_ARTICLES = {
    "kind": "articles",
    "description": "§ 12: the chairman alone",
    "reference": "file 12/2026",
}
_POWER = {
    "kind": "power_of_attorney",
    "description": "invoices, until the end of the day",
    "reference": "file 13/2026",
}


def rule_in_words(scene: Scene, tell: Teller, board: tuple[Seat, Seat]) -> None:
    """Two officers read a rule that stands in words; it is void when the register says else."""
    tell.chapter("A signing rule that stands in words")
    chairman, account = board[0], account_of(board[0].company)
    token = scene.login(chairman.code)
    scene.refresh(token)
    checked = scene.check(token, account)
    tell.line(
        f"the register says “{WORDS}” Nobody gets access by that: “{why(checked)}”",
        came_true=checked.get("allowed") is False,
        seen=checked,
    )
    where = _read(scene, tell, chairman)
    checked = scene.check(token, account)
    tell.line(
        f"the chairman may pay invoices: “{why(checked)}”",
        came_true=checked.get("allowed") is True,
        seen=checked,
    )
    seat_anew(scene, board, "Ühingut esindavad kõik juhatuse liikmed ühiselt põhikirja alusel.")
    news = scene.sync("changes")
    reading = scene.get(where, scene.staff("support")).json()
    checked = scene.check(token, account)
    tell.line(
        f"the register says something else: the reading is void, and so is the access:"
        f" “{why(checked)}”",
        came_true=checked.get("allowed") is False and reading.get("state") == "void",
        seen=(news, reading, checked),
    )


def _read(scene: Scene, tell: Teller, chairman: Seat) -> str:
    officer, second = _officers(scene)
    listed = scene.get("/v1/ops/signing-rules?waits_for=reading&limit=500", officer).json()
    rule = next(
        (r for r in listed.get("items", []) if r["registry_code"] == chairman.company), Body()
    )
    path = f"/v1/ops/signing-rules/{rule.get('company_id')}"
    said = {
        "digest": scene.get(path, officer).json().get("digest"),
        "groups": [[{"country": "EE", "code": chairman.code}]],
        "through_day": today(),
        "document": _ARTICLES,
    }
    recorded = scene.post(f"{path}/readings", officer, said)
    where = f"/v1/ops/signing-rules/readings/{recorded.json().get('id')}"
    own = scene.post(f"{where}/confirm", officer, _WHY)
    confirmed = scene.post(f"{where}/confirm", second, _WHY)
    tell.line(
        "one officer reads it by the articles of association; another one has to confirm that",
        came_true=own.json().get("code") == "second_person_needed"
        and confirmed.json().get("state") == "confirmed",
        seen=(listed, recorded.text, own.text, confirmed.text),
    )
    return where


def mandate_on_paper(scene: Scene, tell: Teller, board: tuple[Seat, Seat]) -> None:
    """Two officers let an assistant in whom the company mandated on paper; one ends it."""
    tell.chapter("A mandate on paper")
    account, assistant = account_of(board[0].company), scene.login(ASSISTANT)
    officer, second = _officers(scene)
    wanted = {
        "account_id": account,
        "person": {"country": "EE", "code": ASSISTANT},
        "role": "accountant",
        "from_day": today(),
        "through_day": today(),
        "document": _POWER,
    }
    recorded = scene.post("/v1/ops/mandates", officer, wanted)
    where = recorded.headers.get("Location", "")
    own = scene.post(f"{where}/confirm", officer, _WHY)
    before = scene.check(assistant, account)
    tell.line(
        "one officer records it and may not confirm it; it gives nothing yet",
        came_true=recorded.json().get("state") == "proposed"
        and own.json().get("code") == "second_person_needed"
        and before.get("allowed") is False,
        seen=(recorded.text, own.text, before),
    )
    confirmed = scene.post(f"{where}/confirm", second, _WHY)
    after = scene.check(assistant, account)
    tell.line(
        f"another confirms it, and the assistant may pay invoices: “{why(after)}”",
        came_true=confirmed.json().get("state") == "active" and after.get("allowed") is True,
        seen=(confirmed.text, after),
    )
    _told_and_ended(scene, tell, board[0], where)


def _told_and_ended(scene: Scene, tell: Teller, member: Seat, where: str) -> None:
    account, assistant = account_of(member.company), scene.login(ASSISTANT)
    inbox = scene.get("/v1/me/notices", scene.login(member.code)).json().get("items", [])
    told = next((n for n in inbox if n.get("kind") == "mandate_recorded"), Body())
    tell.line(
        f"the company's board is told: “{told.get('title')}”",
        came_true=told.get("account_id") == account,
        seen=inbox,
    )
    ended = scene.post(f"{where}/end", scene.staff("mandate_officer"), _WHY)
    checked = scene.check(assistant, account)
    tell.line(
        f"one officer is enough to end it: “{why(checked)}”",
        came_true=ended.json().get("state") == "ended" and checked.get("allowed") is False,
        seen=(ended.text, checked),
    )


def _officers(scene: Scene) -> tuple[str, str]:
    return scene.staff("mandate_officer"), scene.staff("mandate_officer", sub="another")
