"""The register's own codes with their texts, in Estonian and in English."""

from typing import NamedTuple


class Text(NamedTuple):
    est: str
    eng: str

    def in_language(self, language: str) -> str:
        return self.eng if language == "eng" else self.est


ROLES = {
    "JUHL": Text("Juhatuse liige", "Management board member"),
    "JUHE": Text("Juhatuse esimees", "Chairman of the management board"),
    "PROK": Text("Prokurist", "Procurator"),
    "TOSAN": Text("Täisosanik", "General partner"),
    "UOSAN": Text("Usaldusosanik", "Limited partner"),
    "LIKV": Text("Likvideerija", "Liquidator"),
    "LIKVJ": Text("Likvideerija (juhatuse liige)", "Liquidator (management board member)"),
    "PANKR": Text("Pankrotihaldur", "Trustee in bankruptcy"),
    "FIE": Text("Füüsilisest isikust ettevõtja", "Sole proprietor"),
    "VFILJ": Text("Välismaa äriühingu filiaali juhataja", "Manager of a branch"),
    "ASES": Text("Asutuse esindaja", "Representative of an agency"),
    "KOAS": Text("Kõrgemalseisev asutus", "Superior agency"),
    "VALIT": Text("Valitseja", "Property manager"),
    "ARP": Text("Aktsiaraamatu pidaja", "Keeper of the share register"),
    "ORP": Text("Osade registripidaja", "Registrar of shares"),
}
FORMS = {
    "OÜ": Text("Osaühing", "Private limited company"),
    "AS": Text("Aktsiaselts", "Public limited company"),
    "FIE": Text("Füüsilisest isikust ettevõtja", "Sole proprietor"),
    "TÜ": Text("Täisühing", "General partnership"),
    "UÜ": Text("Usaldusühing", "Limited partnership"),
    "TÜH": Text("Tulundusühistu", "Commercial association"),
    "MTÜ": Text("Mittetulundusühing", "Non-profit association"),
    "SA": Text("Sihtasutus", "Foundation"),
    "KÜ": Text("Korteriühistu", "Apartment association"),
    "FIL": Text("Välismaa äriühingu filiaal", "Branch of a foreign company"),
    "TRAS": Text("Täidesaatva riigivõimu asutus", "State agency"),
    "KOVAS": Text("Kohaliku omavalitsuse asutus", "Local government agency"),
}
STATUSES = {
    "R": Text("Registrisse kantud", "Entered into the register"),
    "L": Text("Likvideerimisel", "In liquidation"),
    "N": Text("Pankrotis", "Bankrupt"),
    "K": Text("Registrist kustutatud", "Deleted from the register"),
}
COUNTRIES = {
    "EST": Text("Eesti", "Estonia"),
    "LVA": Text("Läti", "Latvia"),
    "LTU": Text("Leedu", "Lithuania"),
    "FIN": Text("Soome", "Finland"),
    "SWE": Text("Rootsi", "Sweden"),
    "DEU": Text("Saksamaa", "Germany"),
    # Country codes in the real file are not clean ISO 3166-1: these two are meant.
    "GER": Text("Saksamaa", "Germany"),
    "XXX": Text("Teadmata", "Unknown"),
}
_BOARD_JOINTLY = "Juhatuse liikmete või seda asendava organi ühise esindusõiguse tingimused"
CONDITIONS = {
    "YHESJ": _BOARD_JOINTLY,
    "YHES": _BOARD_JOINTLY,
    "YHPRO": "Prokuristi ühise esindusõiguse tingimused",
}
MASKED_CONDITION = "Olemas esindusõiguse erisus"
"""The only text of a condition in open data."""
ENTRIES = {1: "Esmakanne", 2: "Muutmiskanne", 3: "Kustutuskanne"}

_REPRESENTED = {
    "OÜ": "Osaühingut",
    "AS": "Aktsiaseltsi",
    "TÜ": "Täisühingut",
    "UÜ": "Usaldusühingut",
    "TÜH": "Tulundusühistut",
    "MTÜ": "Mittetulundusühingut",
    "SA": "Sihtasutust",
    "KÜ": "Korteriühistut",
}
_EACH = {"JUHL": "juhatuse liige", "TOSAN": "täisosanik", "PROK": "prokurist"}


def normal_rule(form: str, role: str) -> str | None:
    """Return the default rule that a card prints for a role, even where conditions change it."""
    whom, who = _REPRESENTED.get(form), _EACH.get(role)
    if whom is None or who is None:
        return None
    if role != "PROK":
        return f"{whom} võib kõikide tehingute tegemisel esindada iga {who}."
    return (
        f"{whom} võib kõikide majandustegevusega seotud õigustoimingute tegemisel esindada iga "
        f"{who}. Prokurist võib kinnisasja võõrandada ja koormata vaid siis, kui selline õigus "
        "on registrikaardile kantud."
    )
