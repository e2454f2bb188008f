"""The people of the demo, chosen from the simulated register, and their accounts."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from dev.demo.client import Body, Scene

STRANGER = "60001019906"  # SK's test person, who is in no register
_NEWCOMER = "38001085718"
WORDS = "Ühingut esindab juhatuse esimees üksi, teised liikmed vastavalt põhikirjale."
"""A signing rule that no machine reads."""
_ACTING_FORMS = {"OÜ", "AS"}

Company = dict[str, Any]


@dataclass(frozen=True)
class Seat:
    """A person of the register and the company in which that person holds something."""

    company: str
    code: str


@dataclass(frozen=True)
class Cast:
    """The people of the demo."""

    member: Seat
    """May act alone, and leaves on the second day."""
    steady: Seat
    """May act alone, and stays."""
    joint: Seat
    partner: Seat
    """May act only together with the member before."""
    newcomer: Seat
    """Joins a board while the register is down."""
    together: tuple[Seat, Seat]
    """May act only together: the register states their group."""
    worded: tuple[Seat, Seat]
    """Of them, the register says who may act in words that only a person can read."""


def cast(scene: Scene) -> Cast:
    """Choose the people among the customers of the simulated register."""
    companies = living(scene)[: scene.customers]
    alone = acting_alone(companies)
    # From the end of the list: later chapters remove the boards of the companies at its beginning.
    member, steady, joined = alone[-1], alone[-2], alone[-3]
    joint = next(c for c in reversed(companies) if c["groups"] and len(_members(c)) > 1)
    first, second = _members(joint)[:2]
    return Cast(
        member=Seat(member["code"], _sole(member)[0]),
        steady=Seat(steady["code"], _sole(steady)[0]),
        joint=Seat(joint["code"], first),
        partner=Seat(joint["code"], second),
        newcomer=Seat(joined["code"], _NEWCOMER),
        together=seat_two(scene, alone[-4], alone[-5], together=True),
        worded=seat_two(scene, alone[-6], alone[-7], words=WORDS),
    )


def acting_alone(companies: Sequence[Company]) -> list[Company]:
    """Return those of these companies whose every board member may act alone."""
    return [each for each in companies if each["legal_form"] in _ACTING_FORMS and _sole(each)]


def living(scene: Scene) -> list[Company]:
    """Return the register's companies that are not deleted, in its order."""
    companies: list[Company] = scene.register("GET", "/_control/companies?limit=10000")
    return [company for company in companies if company["status"] != "K"]


def account_of(company: str) -> str:
    """Return the account id that the operator's system derives from its customer number."""
    return str(uuid5(NAMESPACE_URL, f"account:{company}"))


def customer(scene: Scene, company: Company, name: str) -> str:
    """Make one company a customer, as the operator's systems do; return the account's id."""
    id_, code = account_of(company["code"]), company["code"]
    owner = {"kind": "company", "country": "EE", "code": code}
    account = {"reference": f"C-{code}", "name": name, "owner": owner}
    scene.put(f"/v1/accounts/{id_}", scene.systems(), account).raise_for_status()
    return id_


def phone_of(scene: Scene, account: str, number: str) -> str:
    """Put a mobile service with this number on an account; return the service's id."""
    id_ = str(uuid5(NAMESPACE_URL, f"service:{number}"))
    service = {"account_id": account, "kind": "mobile", "number": number}
    scene.put(f"/v1/services/{id_}", scene.systems(), service).raise_for_status()
    return id_


def import_accounts_of(scene: Scene, companies: Sequence[Company], name: str) -> Body:
    """Import an account of each of these companies from a CSV file."""
    path = scene.folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["id", "reference", "name", "owner_kind", "owner_country", "owner_code", "status"]
        )
        for company in companies:
            code = company["code"]
            row = [account_of(code), f"C-{code}", company["name"], "company", "EE", code, "active"]
            rows.writerow(row)
    summary: Body = scene.volitus("import", "accounts", str(path))
    return summary


def person_id(scene: Scene, code: str) -> str:
    """Query the engine's id of a person, as the portal does."""
    asked = {"country": "EE", "code": code}
    return str(scene.post("/v1/people/lookup", scene.portal(), asked).json()["id"])


def appoint(scene: Scene, seat: Seat) -> None:
    """Put one more member with the sole right on a company's board."""
    path = f"/_control/companies/{seat.company}"
    company = scene.register("GET", path)
    member = {
        "code": seat.code,
        "country": "EST",
        "first_name": "Uus",
        "name": "Liige",
        "role": "JUHL",
        "sole": True,
    }
    scene.register("PUT", path, {"holders": [*company["holders"], member]})


def seat_two(
    scene: Scene, company: Company, other: Company, *, together: bool = False, words: str = ""
) -> tuple[Seat, Seat]:
    """Let a company's board be its first member and that of another; neither acts alone.

    ``together``: the register states that they act together; ``words``: it says so in words.
    """
    board = [{**each["holders"][0], "sole": False} for each in (company, other)]
    first, second = (member["code"] for member in board)
    rule = {"groups": [[first, second]]} if together else {"conditions": words}
    scene.register("PUT", f"/_control/companies/{company['code']}", {"holders": board, **rule})
    return Seat(company["code"], first), Seat(company["code"], second)


def seat_anew(scene: Scene, board: tuple[Seat, Seat], words: str) -> None:
    """Let the register say something else of who may act for this board's company."""
    path = f"/_control/companies/{board[0].company}"
    holders = scene.register("GET", path)["holders"]
    scene.register("PUT", path, {"holders": holders, "conditions": words})


def restore_boards(scene: Scene, companies: Sequence[Company]) -> None:
    """Give these companies back the boards they had."""
    names = ("code", "holders", "groups", "conditions", "condition_kind")
    boards = [{n: company[n] for n in names if company[n] is not None} for company in companies]
    scene.register("POST", "/_control/companies", boards)


def why(decision: Body) -> str:
    """Return the explanation for people in a decision."""
    return "; ".join(reason["text"] for reason in decision.get("reasons", []))


def codes(decision: Body) -> list[str]:
    """Return the reason codes in a decision."""
    return [reason["code"] for reason in decision.get("reasons", [])]


def reason(run: Body) -> str:
    """Return the reason of a run's state."""
    found = run.get("reason") or {}
    return f"{found.get('code')}: {found.get('text')}"


def _members(company: Company) -> list[str]:
    """Return the Estonian codes of the company's first group."""
    estonian = {h["code"] for h in company["holders"] if h["country"] == "EST"}
    return [code for code in company["groups"][0] if code in estonian]


def _sole(company: Company) -> list[str]:
    """Return the codes of those who may act alone, in a company with no other rules."""
    holders = company["holders"]
    if company["status"] != "R" or company["groups"] or company["conditions"]:
        return []
    alone = [
        h["code"]
        for h in holders
        if h["sole"] and h["role"] == "JUHL" and h["country"] == "EST" and h["kind"] == "F"
    ]
    return alone if len(alone) == len(holders) else []
