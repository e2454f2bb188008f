"""The demo's chapter of an accountant: access given, accepted, passed on and taken back."""

from collections import Counter
from collections.abc import Sequence

from dev.demo.client import Body, Scene, until
from dev.demo.people import Seat, account_of, codes, why
from dev.demo.report import Teller
from dev.stack.days import today

ACCOUNTANT = "47101010033"  # SK's test persons, who are in no register
ASSISTANT = "48502032768"
_STORY = Counter(
    {
        "delegation:offered": 2,
        "delegation:accepted": 2,
        "delegation:ended": 2,
        "grant:started": 2,
        "grant:ended": 2,
    }
)
"""What the account's history tells of two delegations, from offer to end."""


def accountant_comes_and_goes(scene: Scene, tell: Teller, member: Seat) -> None:
    """A board member lets an accountant in, who passes some on; both lose it at once."""
    tell.chapter("An accountant")
    account, board = account_of(member.company), scene.login(member.code)
    accountant, assistant = scene.login(ACCOUNTANT), scene.login(ASSISTANT)
    before = _kinds(scene, board, account)
    given = _offered(scene, tell, board, account)
    _told_in_estonian(scene, tell, accountant, account)
    _accepted(scene, tell, accountant, account, given)
    _passed_on(scene, tell, (accountant, assistant), account, given)
    event = _taken_back(scene, tell, board, given)
    _both_refused(scene, tell, (accountant, assistant), account)
    _remembered(scene, tell, board, event, _kinds(scene, board, account) - before)


def _offered(scene: Scene, tell: Teller, board: str, account: str) -> str:
    wanted = {
        "receiver": {"country": "EE", "code": ACCOUNTANT},
        "role": "accountant",
        "from_day": today(),
        "may_pass_on": True,
    }
    offered = scene.post(f"/v1/accounts/{account}/delegations", board, wanted)
    body = offered.json()
    tell.line(
        "is offered the role by a board member, through"
        f" {body.get('terms', {}).get('through_day')}; the code that was typed tells no name",
        came_true=body.get("state") == "awaiting_acceptance" and body["receiver"]["name"] is None,
        seen=body,
    )
    return str(offered.headers.get("Location", ""))


def _told_in_estonian(scene: Scene, tell: Teller, accountant: str, account: str) -> None:
    inboxes = [
        scene.get("/v1/me/notices", accountant, language).json().get("items", [])
        for language in ("et", "en")
    ]
    notices = [next(iter(inbox), Body()) for inbox in inboxes]
    texts = [notice.get("body") for notice in notices]
    tell.line(
        f"reads in the inbox, in Estonian: “{texts[0]}”",
        came_true=notices[0].get("kind") == "delegation_offered"
        and [notice.get("language") for notice in notices] == ["et", "en"]
        and texts[0] != texts[1],
        seen=notices,
    )
    checked = scene.check(accountant, account)
    tell.line(
        f"may not pay invoices before accepting: “{why(checked)}”",
        came_true=checked.get("allowed") is False,
        seen=checked,
    )


def _accepted(scene: Scene, tell: Teller, accountant: str, account: str, given: str) -> None:
    accepted = scene.post(f"{given}/accept", accountant, {"version": 1}).json()
    checked = scene.check(accountant, account)
    tell.line(
        f"accepts by their own login, and may pay invoices: “{why(checked)}”",
        came_true=accepted.get("state") == "active"
        and checked.get("allowed") is True
        and codes(checked) == ["delegated"],
        seen=(accepted, checked),
    )


def _passed_on(
    scene: Scene, tell: Teller, people: tuple[str, str], account: str, given: str
) -> None:
    accountant, assistant = people
    terms = scene.get(given, accountant).json().get("terms", {})
    wanted = {
        "receiver": {"country": "EE", "code": ASSISTANT},
        "permissions": ["invoice:view"],
        "from_day": terms.get("from_day"),
        "through_day": terms.get("through_day"),
    }
    passed_on = scene.post(f"{given}/pass-on", accountant, wanted)
    scene.post(f"{passed_on.headers.get('Location')}/accept", assistant, {"version": 1})
    views = scene.check(assistant, account, "invoice:view")
    pays = scene.check(assistant, account)
    tell.line(
        f"passes a part on to an assistant, who may view invoices and not pay them: “{why(pays)}”",
        came_true=views.get("allowed") is True and pays.get("allowed") is False,
        seen=(passed_on.text, views, pays),
    )


def _taken_back(scene: Scene, tell: Teller, board: str, given: str) -> str:
    preview = scene.get(f"{given}/cascade", board).json()
    revoked = scene.post(f"{given}/revoke", board).json()
    ended = revoked.get("ended_reason") or {}
    tell.line(
        f"the board member sees that {preview.get('grants')} grants would end, and takes it back:"
        f" “{ended.get('text')}”",
        came_true=revoked.get("state") == "ended"
        and (len(preview.get("delegation_ids", [])), preview.get("grants")) == (2, 2),
        seen=(preview, revoked),
    )
    return f"/v1/events/{revoked.get('event_id')}"


def _both_refused(scene: Scene, tell: Teller, people: Sequence[str], account: str) -> None:
    checked = [scene.check(who, account, "invoice:view") for who in people]
    tell.line(
        f"is refused from the next request on: “{why(checked[0])}”",
        came_true=checked[0].get("allowed") is False and "delegation_revoked" in codes(checked[0]),
        seen=checked[0],
    )
    tell.line(
        f"and so is the assistant: “{why(checked[1])}”",
        came_true=checked[1].get("allowed") is False
        and "delegation_parent_ended" in codes(checked[1]),
        seen=checked[1],
    )


def _remembered(scene: Scene, tell: Teller, board: str, event: str, told: Counter[str]) -> None:
    proof = until(lambda: scene.get(event, board).json(), lambda found: bool(found.get("hash")))
    tell.line(
        "the account's history tells all of it, each once",
        came_true=told == _STORY,
        seen=told,
    )
    tell.line(
        f"the event of the end has its place in the chain: {proof.get('position')}",
        came_true=proof.get("kind") == "delegation:ended" and bool(proof.get("hash")),
        seen=proof,
    )


def _kinds(scene: Scene, board: str, account: str) -> Counter[str]:
    """Count the events of the account's history by kind."""
    shown = scene.get(f"/v1/accounts/{account}/history?limit=100", board).json()
    return Counter(event["kind"] for event in shown.get("items", []))
