"""Why a person may do something on an account, or may not: the API's explanation as a path."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from web.api_client import Json
from web.console.support import SUPPORT
from web.console.visit import ConsoleVisit, StaffVisit
from web.queries import Words
from web.theme.formats import name

router = APIRouter()
_MOST_SERVICES = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, by ids. The most frequent question of support is the one asked first."""

    person: UUID
    account: UUID
    permission: Words = "invoice:view"
    service: Words = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: what it is, and the sentence."""

    kind: str
    sentence: str
    holds: bool = True
    """False: the path goes no further here."""


@router.get(f"{SUPPORT}/explanation")
async def explanation(visit: StaffVisit, asked: Annotated[Asked, Depends()]) -> Response:
    """Draw the answer. That somebody looked is an event, as the API does."""
    question: Json = {
        "person_id": str(asked.person),
        "account_id": str(asked.account),
        "permission": asked.permission,
    }
    if asked.service:
        question["service_id"] = asked.service
    account = f"/v1/accounts/{asked.account}"
    found, permissions, services = await visit.with_staff(
        visit.api.search("/v1/access/explain", question),
        visit.api.get("/v1/permissions"),
        visit.api.get(f"{account}/services", limit=_MOST_SERVICES),
    )
    paths = [(each, _path(visit, found, each, asked)) for each in found["path"]]
    return visit.page(
        "console/explanation.html",
        found=found,
        asked=asked,
        allowing=[path for grant, path in paths if grant["allows"]],
        others=[path for grant, path in paths if not grant["allows"]],
        permissions=permissions["items"],
        services=services["items"],
    )


def _path(visit: ConsoleVisit, found: Json, held: Json, asked: Asked) -> Sequence[Step]:
    """Return the path of one grant: source, delegations, access, permission."""
    grant, chain = held["grant"], held["chain"]
    source = _source(visit, chain[-1]) if chain else held["sentence"]
    given = (Step("delegation", _given(visit, link)) for link in reversed(chain))
    said = {"name": _name(visit, found["person"]["name"]), "role": visit.role(grant["role"])}
    permission, held_on = visit.text(f"permission.{asked.permission}"), _where(visit, grant)
    has = asked.permission in grant["permissions"]
    last = "includes" if held["allows"] else ("not_here" if has else "lacks")
    texts = said | {"on": held_on, "period": _period(visit, grant), "permission": permission}
    return [
        Step("source", source),
        *given,
        Step("access", visit.text("page.support.path.has", **texts)),
        Step("permission", visit.text(f"page.support.path.{last}", **texts), held["allows"]),
    ]


def _source(visit: ConsoleVisit, link: Json) -> str:
    """Return on whose authority the first of a chain was given."""
    said, giver = link["register_statement"], link["given_by"]
    who = giver["name"] if giver else None
    if not who or link["basis"] not in {"register", "joint", "owner"}:
        day = visit.formats.day(link["given_on"])
        known = "sentence.imported" if giver is None else f"sentence.giver.{link['basis']}"
        return visit.text(known, day=day)
    if link["basis"] == "owner" or said is None:
        return visit.text("sentence.owner", name=name(who))
    as_of = visit.formats.day(said["as_of"]) if said["as_of"] else ""
    others = ", ".join(name(each["name"]) for each in link["together_with"] if each["name"])
    if link["basis"] == "joint":
        texts = {"name": name(who), "others": others, "as_of": as_of}
        return visit.text("sentence.representatives", **texts)
    capacity = visit.text(f"state.capacity.{said['capacity'] or 'unknown'}")
    known = "sentence.representative" if as_of else "sentence.representative_undated"
    return visit.text(known, name=name(who), capacity=capacity, as_of=as_of)


def _given(visit: ConsoleVisit, link: Json) -> str:
    giver, day = link["given_by"], visit.formats.day
    texts = {
        "day": day(link["given_on"]),
        "from": day(link["from_day"]),
        "through": day(link["through_day"]),
    }
    if giver is None:
        return visit.text("page.support.path.imported", **texts)
    who = name(giver["name"]) if giver["name"] else visit.text("page.people.nameless")
    act = "passed_on" if link["basis"] == "delegation" else "gave"
    return visit.text(f"page.support.path.{act}", giver=who, **texts)


def _where(visit: ConsoleVisit, grant: Json) -> str:
    if grant["service_id"] is None:
        return visit.text("page.people.whole_account")
    service = grant["service"]
    known = service and (service["name"] or service["number"])
    return known or visit.text("page.support.one_service")


def _period(visit: ConsoleVisit, grant: Json) -> str:
    since = visit.formats.day(datetime.fromisoformat(grant["since"]))
    if grant["until"] is None:
        return visit.text("page.support.path.since", since=since)
    until = visit.formats.moment(grant["until"])
    return visit.text("page.support.path.until", since=since, until=until)


def _name(visit: ConsoleVisit, value: str) -> str:
    return name(value) if value else visit.text("page.people.nameless")
