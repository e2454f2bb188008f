"""Who may do what by delegations: the words of the requirement once more, in plain Python.

Days are numbers; ``today`` grows. Nothing here is the product's: people, accounts, services and
permissions are whatever the test names them by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

Name = Any
"""Whatever a test names them by."""
MANAGE = "access:manage"
ANSWERED_WITHIN = 14
"""Days in which an offer is accepted, or lapses."""


@dataclass(frozen=True)
class Gives:
    """What a delegation gives, from which day through which."""

    permissions: frozenset[str]
    services: frozenset[Name]
    """None named: the whole account."""
    first: int
    last: int
    pass_on: bool = False

    def within(self, other: "Gives") -> bool:
        """Return whether this gives nothing that the other does not."""
        services = not other.services or (bool(self.services) and self.services <= other.services)
        days = other.first <= self.first and self.last <= other.last
        return self.permissions <= other.permissions and services and days

    def cut(self, parent: "Gives") -> "Gives | None":
        """Return what is left of it below this parent; None: nothing."""
        if self.services and parent.services:
            services = self.services & parent.services
        else:
            services = self.services | parent.services
        left = Gives(
            self.permissions & parent.permissions,
            services,
            max(self.first, parent.first),
            min(self.last, parent.last),
            self.pass_on,
        )
        nowhere = bool(self.services or parent.services) and not services
        nothing = not left.permissions or nowhere or left.last < left.first
        return left if parent.pass_on and not nothing else None


@dataclass(eq=False)
class Delegated:
    """One delegation."""

    account: Name
    receiver: Name
    parent: "Delegated | None"
    gives: Gives | None = None
    """Accepted; None: it never was."""
    offer: Gives | None = None
    """What the receiver may accept."""
    offered_by: Name = None
    lapses: int = 0
    """The first day on which the offer cannot be accepted."""
    jointly: bool = False
    """A group offered it, together with who is named."""
    proposal: Gives | None = None
    """What a group may let be offered."""
    proposed_by: Name = None
    confirmed_until: int = 0
    """The first day on which the proposal cannot be confirmed."""
    over: bool = False
    former: bool = False
    """Of an owner to whom the account belongs no more: the new one does not learn of it."""

    @property
    def named(self) -> frozenset[Name]:
        """The services that it is about."""
        terms = self.gives or self.offer or self.proposal
        return terms.services if terms else frozenset()


@dataclass
class World:
    """Accounts and their people, at one day."""

    owners: dict[Name, set[Name]]
    """Who acts in the owner's name on each account alone: the board's members, or the owner."""
    groups: dict[Name, set[Name]] = field(default_factory=dict)
    """Who acts in the owner's name on a company's account only together, and sees everything."""
    today: int = 0
    closed: set[Name] = field(default_factory=set)
    ended: set[Name] = field(default_factory=set)
    """Services that ended."""
    frozen: set[Name] = field(default_factory=set)
    """People and accounts."""
    suspended: set[Name] = field(default_factory=set)
    """Accounts whose company is deleted or bankrupt: what was given there is not in force."""
    all: list[Delegated] = field(default_factory=list)

    def may(self, who: Name, permission: str, account: Name, service: Name, day: int) -> bool:
        """Return whether somebody may do something on that day, if nothing else happens."""
        if self.in_owners_name(who, account):
            return True
        if permission.endswith(":view") and self.represents(who, account):
            return True
        return any(
            permission in each.gives.permissions
            and (not each.gives.services or service in each.gives.services - self.ended)
            for each in self.all
            if each.receiver == who and each.account == account
            if each.gives and self.lives(each, day)
        )

    def in_owners_name(self, who: Name, account: Name) -> bool:
        """Return whether somebody acts for the owner of the account."""
        held_back = {who, account} & self.frozen or account in self.closed
        return who in self.owners[account] and not held_back

    def represents(self, who: Name, account: Name) -> bool:
        """Return whether somebody acts for the company that owns the account, alone or not."""
        held_back = {who, account} & self.frozen or account in self.closed
        named = self.owners[account] | self.groups[account] if account in self.groups else set()
        return who in named and not held_back

    def lives(self, one: Delegated, day: int) -> bool:
        """Return whether a delegation gives anything on that day, with all that it hangs on."""
        gives = one.gives
        if gives is None or one.over or not gives.first <= day <= gives.last:
            return False
        if {one.receiver, one.account} & self.frozen or one.account in self.closed | self.suspended:
            return False
        if gives.services and gives.services <= self.ended:
            return False
        return one.parent is None or self.lives(one.parent, day)

    def passes_on(self, who: Name, parent: Delegated) -> bool:
        """Return whether somebody may pass on this delegation today."""
        can = parent.gives is not None and parent.gives.pass_on and parent.parent is None
        return parent.receiver == who and can and self.lives(parent, self.today)

    def may_give(self, who: Name, account: Name, parent: Delegated | None) -> bool:
        """Return whether somebody may give today: in the owner's name, or passing on."""
        return self.passes_on(who, parent) if parent else self.in_owners_name(who, account)

    def manages(self, who: Name, one: Delegated) -> bool:
        """Return whether somebody may take back a delegation today."""
        passed_on = one.parent is not None and self.passes_on(who, one.parent)
        for_owner = self.in_owners_name(who, one.account) or self.represents(who, one.account)
        return not one.former and (passed_on or for_owner)

    def is_valid(self, terms: Gives, before: Gives | None = None) -> bool:
        """Return whether anybody could be given this today."""
        begins = terms.first >= self.today or (before and terms.first == before.first)
        days = begins and terms.first <= terms.last and terms.last >= self.today
        alive = not terms.services & self.ended - (before.services if before else frozenset())
        return bool(days and alive and (terms.pass_on or MANAGE not in terms.permissions))

    def fits(self, terms: Gives, parent: Delegated | None) -> bool:
        """Return whether the terms stay within what they are passed on from."""
        if parent is None:
            return True
        return bool(parent.gives and terms.within(parent.gives) and not terms.pass_on)

    def can_offer(self, who: Name, one: Delegated, terms: Gives) -> bool:
        """Return whether somebody may offer these terms of a delegation, new or in force."""
        if one.account in self.suspended:
            return False
        if who == one.receiver or not self.may_give(who, one.account, one.parent):
            return False
        return self.is_new_or_renewed(one, terms)

    def is_new_or_renewed(self, one: Delegated, terms: Gives) -> bool:
        """Return whether these terms could be given of a delegation, new or in force."""
        renewable = self.lasts(one) or one not in self.all
        # A service of new terms must be there still, whatever the terms before named.
        begins = replace(one.gives, services=frozenset()) if one.gives else None
        return renewable and self.is_valid(terms, begins) and self.fits(terms, one.parent)

    def lasts(self, one: Delegated) -> bool:
        """Return whether a delegation is accepted and not over."""
        return not one.over and one.gives is not None and one.gives.last >= self.today

    def offer(self, who: Name, one: Delegated, terms: Gives) -> None:
        """Offer new terms: they lapse in time, with their days, and with what they would renew."""
        one.offer, one.offered_by, one.jointly, one.proposal = terms, who, False, None
        one.lapses = min(self.today + ANSWERED_WITHIN, terms.last + 1)
        if one.gives:
            one.lapses = min(one.lapses, one.gives.last + 1)
        if one not in self.all:
            self.all.append(one)

    def can_propose(self, who: Name, one: Delegated, terms: Gives) -> bool:
        """Return whether somebody may ask a group to give this: nothing that is passed on."""
        fine = one.parent is None and one.account not in self.suspended and who != one.receiver
        return fine and self.represents(who, one.account) and self.is_new_or_renewed(one, terms)

    def propose(self, who: Name, one: Delegated, terms: Gives) -> None:
        """Ask a group to give this, in place of what is on offer."""
        self.offer(who, one, terms)
        one.offer, one.proposal, one.proposed_by = None, terms, who
        one.confirmed_until = one.lapses

    def can_be_offered(self, one: Delegated, giver: Name) -> bool:
        """Return whether a group lets a proposal be offered, in the name of this member."""
        if one.proposal is None or one.over or self.today >= one.confirmed_until:
            return False
        if one.account in self.suspended or not self.represents(giver, one.account):
            return False
        lasts = one.gives is None or self.lasts(one)
        begins = replace(one.proposal, services=frozenset())
        return lasts and self.is_valid(one.proposal, begins)

    def offer_proposed(self, one: Delegated, giver: Name) -> None:
        """Offer what was proposed, in the name of a group."""
        if one.proposal:
            self.offer(giver, one, one.proposal)
            one.jointly = True

    def drop(self, one: Delegated) -> None:
        """Nothing comes of a proposal: what is in force stays."""
        one.proposal, one.over = None, one.gives is None

    def is_offered(self, one: Delegated) -> bool:
        """Return whether something can be accepted, declined or withdrawn."""
        return one.offer is not None and not one.over and self.today < one.lapses

    def can_accept(self, one: Delegated) -> bool:
        """Return whether the receiver's word brings it about: its giver could give it today."""
        if one.offer is None or not self.is_offered(one):
            return False
        if one.account in self.closed | self.suspended or one.receiver in self.frozen:
            return False
        somewhere = not one.offer.services or not one.offer.services <= self.ended
        if one.jointly:
            return somewhere and self.represents(one.offered_by, one.account)
        given = self.may_give(one.offered_by, one.account, one.parent)
        return somewhere and given and self.fits(one.offer, one.parent)

    def put_in_force(self, one: Delegated, terms: Gives) -> None:
        """Let terms count, and cut what was passed on."""
        one.gives, one.offer = terms, None
        if self.today < one.confirmed_until:
            one.proposal = None
        for child in self.children(one):
            before = child.gives or child.offer
            left = before and before.cut(terms)
            if left == before:
                continue
            if left is None or child.gives is None:
                self.end(child)
            else:
                child.gives, child.offer = left, None

    def close_offer(self, one: Delegated) -> None:
        """Decline, withdraw or lapse: what is in force stays."""
        one.offer, one.over = None, one.gives is None

    def can_narrow(self, who: Name, one: Delegated, terms: Gives) -> bool:
        """Return whether somebody may let these terms count at once."""
        if one.gives is None or not self.lasts(one) or not self.manages(who, one):
            return False
        less = terms.within(one.gives) and (one.gives.pass_on or not terms.pass_on)
        return less and self.is_valid(terms, one.gives)

    def end(self, *roots: Delegated) -> set[Delegated]:
        """End delegations with all that was passed on; returns those that were not over."""
        tree = {*roots, *(child for one in roots for child in self.children(one))}
        ended = {one for one in tree if not one.over and (one.gives is None or self.lasts(one))}
        for one in ended:
            one.over, one.offer, one.proposal = True, None, None
        return ended

    def move(self, account: Name, owner: Name) -> None:
        """Let the account belong to another person."""
        if self.owners[account] != {owner}:
            self.owners[account] = {owner}
            given = [each for each in self.all if each.account == account]
            self.end(*given)
            for each in given:
                each.former = True

    def end_services(self, *services: Name) -> None:
        """Services end; what is left without one ends with them."""
        self.ended |= set(services)
        about = (one for one in self.all if one.named & set(services))
        self.end(*(one for one in about if one.named <= self.ended))

    def children(self, one: Delegated) -> Iterator[Delegated]:
        """What was passed on from a delegation, and is not over."""
        return (child for child in self.all if child.parent is one and not child.over)
