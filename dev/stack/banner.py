"""The overview that ``make run`` prints when everything is ready: addresses and what to try."""

import json

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dev.stack.sample_customer import Sample
from dev.stack.services import here
from dev.stack.stack import Stack

# Of {"token":"…"}, without asking for jq.
_ONLY_THE_VALUE = """sed 's/.*"token":"\\([^"]*\\).*/\\1/'"""


def overview(stack: Stack, sample: Sample) -> RenderableType:
    """Render a table of addresses, and three commands to copy, without line breaks or colour."""
    table = Table(title="Volitus runs", title_justify="left")
    table.add_column("what", no_wrap=True)
    table.add_column("where", overflow="fold")
    for what, where in {
        "web pages": f"{stack.web_url}, log in as {sample.person_code}",
        "API": f"{stack.api_url}/docs",
        "health, metrics": f"{here(stack.settings.api_internal_port)}/readyz, /metrics",
        "Temporal": f"127.0.0.1:{stack.settings.temporal_port}",
        "Temporal's web UI": here(stack.settings.temporal_ui_port),
        "register (simulated)": f"{stack.register_url}/_control/docs",
        "logins (simulated)": f"{stack.identity_url}/_control/docs",
        "SMS outbox (simulated)": stack.sms_url,
        "mobile network (simulated)": f"{stack.network_url}/_control/docs",
        "billing (simulated)": f"{stack.billing_url}/_control/docs",
        "banks (simulated)": stack.bank_url,
        "trust services (simulated)": f"{stack.trust_url}/_control/docs",
        "Mobile-ID phones (simulated)": stack.mobile_id_url,
        "Smart-ID phones (simulated)": stack.smart_id_url,
        "PostgreSQL": stack.database_address,
        "volitus, the program": f"set -a; . {stack.home}/env; .venv/bin/volitus sync list",
        "signed in to it": "Kati Kask, with every role; `volitus login` signs somebody else in",
        "passwords, keys": str(stack.home / "credentials.json"),
        "logs": str(stack.home / "logs"),
    }.items():
        table.add_row(what, where)
    story = f"{sample.person} may act alone for {sample.company}, says the register. To try:"
    lines = Text("\n".join(curl_lines(stack, sample)), style="bold", overflow="ignore")
    lines.no_wrap = True
    end = "Ctrl-C stops everything; the data stay for the next run."
    return Group(table, "", Text(story), lines, "", Text(end))


def curl_lines(stack: Stack, sample: Sample) -> list[str]:
    """Return shell commands: log in, list the accounts one may act for, check one permission."""
    login = json.dumps({"person": sample.person_code})
    question = json.dumps({"account_id": str(sample.account_id), "permission": "invoice:pay"})
    curl, as_json = "curl -sS -w '\\n'", "-H 'Content-Type: application/json'"
    as_person = '-H "Authorization: Bearer $TOKEN"'
    minted = f"curl -sS {as_json} -d '{login}' {stack.identity_url}/_control/tokens"
    return [
        f"TOKEN=$({minted} | {_ONLY_THE_VALUE})",
        f"{curl} {as_person} {stack.api_url}/v1/me/accounts",
        f"{curl} {as_person} {as_json} -d '{question}' {stack.api_url}/v1/access/check",
    ]
