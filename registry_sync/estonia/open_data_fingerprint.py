"""Fingerprints of companies in the open-data file: the sign that a company has changed."""

from hashlib import blake2b

from registry_sync.estonia.open_data_records import Company, Person


def fingerprint(company: Company) -> str:
    """Return a fingerprint: equal while the same people hold the same roles and conditions.

    A new surname, a new row for the same entry, another order and repeated rows change nothing.
    """
    marks = {_mark(person) for person in company.kaardile_kantud_isikud if not person.lopp_kpv}
    for condition in company.esindusoiguse_eritingimused:
        # The text is masked, so a new row is the only sign of a changed condition.
        if not condition.lopp_kpv:
            marks.add(f"condition\x1f{condition.esinduse_tyyp}\x1f{condition.kirje_id}")
    return blake2b("\x1e".join(sorted(marks)).encode(), digest_size=16).hexdigest()


def _mark(person: Person) -> str:
    """Return role and holder, by the most stable identity that the row has."""
    if person.isikukood_hash:
        who = person.isikukood_hash
    elif person.isikukood_registrikood:
        who = f"EE\x1f{person.isikukood_registrikood}"
    elif person.valis_kood:
        who = f"{person.valis_kood_riik}\x1f{person.valis_kood}"
    else:
        who = f"{person.eesnimi}\x1f{person.nimi_arinimi}\x1f{person.synniaeg}"
    return f"{person.isiku_tyyp}\x1f{person.isiku_roll}\x1f{who}"
