"""Writes the state that a form asks for as one entry on a company's card."""

from dataclasses import replace

from simulators.register.cards import Company, Condition, Holder, Pen
from simulators.register.forms import CompanyForm, HolderForm
from simulators.register.simulation import Simulation

_JOINTLY = "Juhatuse liikmed esindavad ühingut ühiselt."


def enter(simulation: Simulation, code: str, form: CompanyForm) -> Company:
    """Bring a company to the state of ``form``, journaled under today; do nothing if it is there.

    Rows that stay as they were keep their ``kirje_id``. Raises ValueError for a group of people
    who are not holders.
    """
    before = simulation.world.company(code)
    known = before or _blank(code)
    after = _amended(simulation.pen(known), form)
    if before is not None and replace(after, entry_nr=before.entry_nr) == before:
        return before
    simulation.record(after)
    return after


def dismiss(simulation: Simulation, company: Company, key: tuple[str, str]) -> Company:
    """Remove every row of this person. Raises LookupError if there is none."""
    gone = company.rows_of(key)
    if not gone:
        raise LookupError
    after = simulation.pen(company).remove(gone)
    simulation.record(after)
    return after


def _blank(code: str) -> Company:
    return Company(code, f"Näidis {code} OÜ", "OÜ", "R", 5, "R", entry_nr=0, holders=())


def _amended(pen: Pen, form: CompanyForm) -> Company:
    known = pen.company
    after = pen.written(
        name=form.name or known.name,
        form=form.legal_form or known.form,
        status=form.status or known.status,
    )
    if after.status == "K":
        return replace(after, holders=(), conditions=(), groups=())
    if form.holders is None:
        return after
    holders = _rows(pen, form.holders)
    groups = tuple(tuple(_row_id(holders, code) for code in group) for group in form.groups)
    return replace(after, holders=holders, groups=groups, conditions=_conditions(pen, form))


def _rows(pen: Pen, wanted: list[HolderForm]) -> tuple[Holder, ...]:
    left = list(pen.company.holders)
    rows = []
    for form in wanted:
        same = next((row for row in left if _is_same(row, form)), None)
        if same is None:
            rows.append(_new_row(pen, form))
        else:
            left.remove(same)
            rows.append(replace(same, alone=form.sole, since=form.since or same.since))
    return tuple(rows)


def _is_same(row: Holder, form: HolderForm) -> bool:
    new = form.person()
    if new.born is None:
        new = replace(new, born=row.person.born)
    return (row.person, row.role) == (new, form.role)


def _new_row(pen: Pen, form: HolderForm) -> Holder:
    """Make a new row. A changed surname needs one too, which keeps the start date of the role."""
    person = form.person()
    held = [] if person.key is None else pen.company.rows_of(person.key)
    since = next((row.since for row in held if row.role == form.role), None)
    return pen.row(person, form.role, alone=form.sole, since=form.since or since)


def _row_id(holders: tuple[Holder, ...], code: str) -> int:
    rows = [holder for holder in holders if holder.person.code == code]
    if not rows or not code:
        raise ValueError("a group names someone who is not a holder")
    return min(rows, key=lambda row: row.alone).row_id


def _conditions(pen: Pen, form: CompanyForm) -> tuple[Condition, ...]:
    text = form.conditions or (_JOINTLY if form.groups else "")
    if not text:
        return ()
    old = pen.company.conditions
    if [(each.kind, each.text) for each in old] == [(form.condition_kind, text)]:
        return old
    return (pen.condition(form.condition_kind, text),)
