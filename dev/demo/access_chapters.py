"""The demo's chapters on access, as observed from outside."""

from uuid import uuid4

from dev.demo.client import Scene
from dev.demo.people import (
    STRANGER,
    Seat,
    account_of,
    codes,
    import_accounts_of,
    living,
    person_id,
    why,
)
from dev.demo.report import Teller


def import_accounts(scene: Scene, tell: Teller) -> None:
    """Import the accounts of all customers."""
    tell.chapter("The operator's customers")
    companies = living(scene)[: scene.customers]
    first = import_accounts_of(scene, companies, "accounts.csv")
    tell.line(
        f"{scene.customers} companies' accounts are imported",
        came_true=first["created"] == scene.customers and first["rejected"] == 0,
        seen=first,
    )
    again = import_accounts_of(scene, companies, "accounts.csv")
    tell.line(
        "importing them again changes nothing",
        came_true=again["created"] == again["changed"] == 0,
        seen=again,
    )


def first_sync(scene: Scene, tell: Teller) -> None:
    """Read the register's file and query the register about the customers."""
    tell.chapter("The first sync")
    run = scene.sync("file")
    tell.line(
        f"the register's file is read; {run['counts']['companies']} companies in it, "
        f"{run['counts']['applied']} of them customers, which are queried",
        came_true=run["state"] == "finished" and run["counts"]["applied"] == scene.customers,
        seen=run,
    )
    again = scene.sync("file")
    tell.line(
        "the same file again is recognised and skipped",
        came_true=again["state"] == "unchanged",
        seen=again,
    )


def board_member_logs_in(scene: Scene, tell: Teller, member: Seat) -> None:
    """Log in a board member with sole right: access follows from the register."""
    tell.chapter("A board member with the sole right")
    token = scene.login(member.code)
    operation = scene.refresh(token)
    tell.line(
        "logs in, and the register is queried at once",
        came_true=operation["state"] == "succeeded",
        seen=operation,
    )
    accounts = scene.get("/v1/me/accounts", token).json()["items"]
    mine = [a for a in accounts if a["account_id"] == account_of(member.company)]
    tell.line(
        "is administrator of the company's account",
        came_true=len(mine) == 1 and mine[0]["roles"] == ["administrator"],
        seen=accounts,
    )
    checked = scene.check(token, account_of(member.company))
    tell.line(
        f"may pay invoices: “{why(checked)}”",
        came_true=checked["allowed"] and codes(checked) == ["sole_representation"],
        seen=checked,
    )


def joint_member_logs_in(scene: Scene, tell: Teller, member: Seat, partner: Seat) -> None:
    """Log in a member who may act only with another: no administrator, and support sees why."""
    tell.chapter("A board member with a joint right")
    token = scene.login(member.code)
    scene.refresh(token)
    checked = scene.check(token, account_of(member.company))
    tell.line(
        f"may not pay invoices: “{why(checked)}”",
        came_true=checked.get("allowed") is False,
        seen=checked,
    )
    support = scene.staff("support")
    ids = [person_id(scene, seat.code) for seat in (member, partner)]
    asked = {
        "person_id": ids[0],
        "account_id": account_of(member.company),
        "permission": "invoice:pay",
    }
    explained = scene.post("/v1/access/explain", support, asked)
    tell.line(
        "support sees why, and with whom the member could act",
        came_true="joint_representation" in explained.text and ids[1] in explained.text,
        seen=explained.text,
    )


def stranger_is_refused(scene: Scene, tell: Teller, member: Seat) -> None:
    """Log in a person without rights, who does not even learn that the account exists."""
    tell.chapter("A stranger")
    token = scene.login(STRANGER)
    scene.refresh(token)
    real, invented = account_of(member.company), str(uuid4())
    answers = [scene.check(token, account) for account in (real, invented)]
    same = [{k: v for k, v in answer.items() if k != "decided_at"} for answer in answers]
    tell.line(
        f"is refused: “{why(answers[0])}”",
        came_true=answers[0].get("allowed") is False,
        seen=answers[0],
    )
    tell.line(
        "gets the same answer for an account that does not exist",
        came_true=same[0] == same[1],
        seen=same,
    )
    people = [scene.get(f"/v1/accounts/{a}/people", token).status_code for a in (real, invented)]
    tell.line("may not see who has access", came_true=people == [404, 404], seen=people)


def member_leaves(scene: Scene, tell: Teller, member: Seat) -> None:
    """Remove a member from the register: with the next day's sync the access ends."""
    tell.chapter("The next day the register no longer names the member")
    token = scene.login(member.code)
    scene.register("DELETE", f"/_control/companies/{member.company}/holders", {"code": member.code})
    news = scene.sync("changes")
    tell.line(
        "the change list names the company, and the register is queried about it",
        came_true=news["state"] == "finished" and (news["counts"]["ended"] or 0) >= 1,
        seen=news,
    )
    checked = scene.check(token, account_of(member.company))
    tell.line(
        f"the next check is refused: “{why(checked)}”",
        came_true=checked.get("allowed") is False and "not_in_register" in codes(checked),
        seen=checked,
    )
    file = scene.sync("file")
    tell.line(
        "the day's file agrees; no more access ends",
        came_true=file["state"] == "finished" and not file["counts"]["ended"],
        seen=file,
    )
    kinds = [
        event["kind"]
        for event in scene.get(
            f"/v1/accounts/{account_of(member.company)}/history", scene.staff("support")
        ).json()["items"]
    ]
    tell.line(
        "the history shows both, the start and the end",
        came_true=kinds.index("grant:ended") < kinds.index("grant:started"),  # newest first
        seen=kinds,
    )
