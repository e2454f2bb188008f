"""Companies of the simulated register that become customers, each for a journey of its own."""

from uuid import NAMESPACE_URL, uuid5

from dev.demo.client import Scene
from dev.demo.people import Company, Seat, account_of, living, seat_two

ACCOUNTANT = "47101010033"
EMPLOYEE = "50001029996"
"""SK's test persons, who are in no register."""
_FORMS = {"OÜ", "AS"}


def companies_of_one(scene: Scene) -> list[Company]:
    """Return companies whose every board member may act alone."""
    return [each for each in living(scene) if each["legal_form"] in _FORMS and _acts_alone(each)]


def _acts_alone(company: Company) -> bool:
    return (
        company["status"] == "R"
        and not company["groups"]
        and not company["conditions"]
        and all(
            h["sole"] and h["role"] == "JUHL" and h["country"] == "EST" and h["kind"] == "F"
            for h in company["holders"]
        )
    )


def customer(scene: Scene, company: Company, name: str) -> str:
    """Make a company a customer, as the operator's systems do; return the account's id."""
    id_, code = account_of(company["code"]), company["code"]
    owner = {"kind": "company", "country": "EE", "code": code}
    account = {"reference": f"C-{code}", "name": name, "owner": owner}
    scene.put(f"/v1/accounts/{id_}", scene.systems(), account).raise_for_status()
    return id_


def board_of_two(scene: Scene, company: Company, other: Company) -> tuple[Seat, Seat]:
    """Let a company be represented by two together: the register states their group."""
    return seat_two(scene, company, other, together=True)


def phone_of(scene: Scene, account: str, number: str) -> str:
    """Put a mobile service with this number on an account; return the service's id."""
    id_ = str(uuid5(NAMESPACE_URL, f"service:{number}"))
    body = {"account_id": account, "kind": "mobile", "number": number}
    scene.put(f"/v1/services/{id_}", scene.systems(), body).raise_for_status()
    return id_
