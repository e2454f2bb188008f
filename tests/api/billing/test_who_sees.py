"""bill.5: every route of what billing says, called as every kind of caller."""

from collections import defaultdict
from typing import Any
from uuid import uuid4

import pytest

from tests.builders.billed_office import OFFICE, PHONE, SECOND, an_office, final_october, written
from tests.builders.billing_callers import everyone
from tests.clients.api_client import Front
from tests.clients.billing_client import Client


async def test_probe(front: Front, billing: Client) -> None:
    an_office(front.database, billing)
    tokens = everyone(front.database)
    owner = tokens["administrator"]
    month = written(final_october())
    a = f"/v1/accounts/{OFFICE.id}"
    inv = (await front.get(f"{a}/invoices", owner)).json()["items"][0]["id"]
    body = {"from_day": "2026-10-01", "through_day": "2026-10-31"}
    ex = (await front.post(f"{a}/extracts", owner, body, idempotency_key=str(uuid4()))).json()["id"]
    routes = {
        "listInvoices": f"{a}/invoices",
        "getInvoice": f"/v1/invoices/{inv}",
        "listInvoiceLines": f"/v1/invoices/{inv}/lines",
        "getInvoiceDocument": f"/v1/invoices/{inv}/document",
        "getBalance": f"{a}/balance",
        "getAccountCreditLimit": f"{a}/credit-limit",
        "listCreditLimitChanges": f"{a}/credit-limit/history",
        "getAccountUsage": f"{a}/usage?month={month}",
        "getServiceUsage": f"/v1/services/{PHONE.id}/usage?month={month}",
        "getServiceUsage2": f"/v1/services/{SECOND.id}/usage?month={month}",
        "getAccountCosts": f"{a}/costs?month={month}",
        "getAccountCostsFile": f"{a}/costs.csv?month={month}",
        "listExtracts": f"{a}/extracts",
        "getExtractChoices": f"{a}/extracts/choices",
        "getExtract": f"{a}/extracts/{ex}",
        "getExtractFile": f"{a}/extracts/{ex}/file",
    }
    out = []
    for name, path in routes.items():
        by: dict[int, list[str]] = defaultdict(list)
        for who, token in tokens.items():
            ans = await front.get(path, token)
            by[ans.status_code].append(who)
        out.append(f"{name}: " + "; ".join(f"{k}: {', '.join(v)}" for k, v in sorted(by.items())))
    for level in (None, "own", "masked", "full"):
        for services in ([], [PHONE.id], [PHONE.id, SECOND.id]):
            by = defaultdict(list)
            for who, token in tokens.items():
                asked: dict[str, Any] = body | {"services": [str(s) for s in services]}
                if level:
                    asked |= {"level": level}
                if level == "full":
                    asked |= {"purpose": "Vaidlus arve"}
                ans = await front.post(f"{a}/extracts", token, asked, idempotency_key=str(uuid4()))
                extra = ""
                if ans.status_code == 202:
                    got = await front.get(f"{a}/extracts/{ans.json()['id']}", token)
                    extra = ":" + got.json()["level"] + str(len(got.json()["services"]))
                    from tests.builders.rows import carry_out
                    await front.post(f"{a}/extracts/{ans.json()['id']}/cancel", token, None, idempotency_key=str(uuid4()))
                by[f"{ans.status_code}{extra}"].append(who)
            out.append(f"create {level} {len(services)}: " + "; ".join(f"{k}: {', '.join(v)}" for k, v in sorted(by.items())))
    print("\n".join(out))
    assert 0
