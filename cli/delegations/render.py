"""Delegations as tables for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cli.console import Failure
from cli.delegations import as_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, print_below
from domain.delegations.terms import Terms
from storage.accounts import account_queries
from storage.audit import event_queries
from storage.audit.event_queries import SubjectEvent
from storage.database import Connection
from storage.delegations import delegation_queries, story_queries
from storage.delegations.delegation_views import DelegationView
from storage.delegations.story_queries import DatedVersion, DelegatedGrant

COLUMNS = Columns(
    ("id", "state", "account", "giver", "receiver", "role", "from", "through"),
    spare=("from", "role"),
)
_VERSIONS = Columns(
    ("version", "state", "role", "from", "through", "permissions"), spare=("permissions",)
)
_GRANTS = Columns(("grant", "service", "since", "until", "ended because"))
OPERATOR = "the operator (imported)"


def line(view: DelegationView, references: Mapping[UUID, str]) -> Sequence[object]:
    """Return the row of a delegation in a list."""
    terms = view.version.terms
    account = references.get(view.account_id, view.account_id)
    people = (_giver(view), _receiver(view))
    days = (terms.from_day, terms.through_day)
    return view.id, view.state, account, *people, terms.role, *days


@dataclass(frozen=True, slots=True)
class DelegationStory:
    """A delegation, what it was passed on from, and all that became of it."""

    view: DelegationView
    reference: str
    """Of the account."""
    parents: Sequence[DelegationView]
    """The nearest first."""
    versions: Sequence[DatedVersion]
    grants: Sequence[DelegatedGrant]
    events: Sequence[SubjectEvent]

    def as_json(self) -> dict[str, Any]:
        """Return the story as JSON."""
        return as_json.delegation(self.view) | {
            "account": self.reference,
            "passed_on_from": [as_json.delegation(each) for each in self.parents],
            "versions": [as_json.version(each) for each in self.versions],
            "grants": [as_json.grant(each) for each in self.grants],
            "events": self.events,
        }

    def print(self, *, wide: bool) -> None:
        """Print the story."""
        print_facts(self._facts())
        terms = [(v.version.number, v.version.state, v.version.terms) for v in self.versions]
        print_below(
            _VERSIONS,
            ((no, state, t.role, t.from_day, t.through_day, _listed(t)) for no, state, t in terms),
            wide=wide,
        )
        grants = [(g, g.ended_reason.text if g.ended_reason else None) for g in self.grants]
        print_below(
            _GRANTS,
            ((g.id, g.service_id or "all", g.since, g.until, why) for g, why in grants),
            wide=wide,
        )
        rows = ((event.id, event.at, event.kind) for event in self.events)
        print_below(("event", "at", "kind"), rows, wide=wide)

    def _facts(self) -> Mapping[str, object]:
        view, terms = self.view, self.view.version.terms
        reason, offer, proposal = view.ended_reason, view.offer, view.proposal
        open_ = offer or proposal
        chain = [f"{each.id} (given by {_giver(each) or '?'})" for each in self.parents]
        return {
            "id": view.id,
            "state": view.state,
            "account": f"{self.reference} {view.account_id}",
            "giver": _giver(view, with_id=True),
            "receiver": _receiver(view, with_id=True),
            "basis": f"{view.version.basis.kind}, given on {view.version.basis.given_on}",
            "passed on from": ", ".join(chain) or None,
            "role": terms.role,
            "permissions": _listed(terms),
            "services": ", ".join(map(str, sorted(terms.service_ids))) or "the whole account",
            "days": f"{terms.from_day} through {terms.through_day}",
            "may be passed on": "yes" if terms.may_pass_on else "no",
            "created": view.created_at,
            "accepted": view.accepted_at,
            "on offer": offer and f"version {offer.version.number}",
            "to be confirmed": proposal and f"version {proposal.version.number}",
            "lapses": open_ and open_.lapses_at,
            "ended": view.ended_at,
            "ended because": reason.text if reason else None,
        }


def read(connection: Connection, delegation_id: UUID) -> DelegationStory:
    """Read the story of a delegation. Raises Failure where there is none with this id."""
    view = delegation_queries.one(connection, delegation_id)
    if view is None:
        raise Failure(
            f"No delegation has the id `{delegation_id}`: see `volitus delegations list`."
        )
    above = [
        delegation_queries.one(connection, each)
        for each in story_queries.parents(connection, delegation_id)
    ]
    grants = story_queries.grants(connection, delegation_id)
    subjects = [delegation_id, *(grant.id for grant in grants)]
    return DelegationStory(
        view,
        account_queries.references(connection, {view.account_id})[view.account_id],
        [each for each in above if each is not None],
        story_queries.versions(connection, delegation_id),
        grants,
        event_queries.about(connection, subjects),
    )


def _giver(view: DelegationView, *, with_id: bool = False) -> object:
    if view.giver_id is None:
        return OPERATOR
    return _person(view.giver_name, view.giver_id, with_id=with_id)


def _receiver(view: DelegationView, *, with_id: bool = False) -> object:
    if view.accepted_at is None or view.receiver_id is None:
        return None
    return _person(view.receiver_name, view.receiver_id, with_id=with_id)


def _person(name: str, id_: UUID, *, with_id: bool) -> object:
    """A person by name; by their id where no name is known."""
    return f"{name} {id_}".strip() if with_id else name or id_


def _listed(terms: Terms) -> str:
    return " ".join(sorted(terms.permissions))
