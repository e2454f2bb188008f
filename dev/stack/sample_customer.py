"""A sample customer: the account of a simulated company, sent to the API like any other."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx

from dev.stack.os_processes import StartError
from dev.stack.sample_numbers import put_numbers
from simulators.identity.client import client_token, person_token

_SYSTEM = "operator-systems"
_SECONDS = 60.0


@dataclass(frozen=True)
class Sample:
    """An account and a board member who may act for its company alone, both invented."""

    account_id: UUID
    company: str
    person: str
    person_code: str


def add_sample(
    api_url: str, register_url: str, identity_url: str, billing_url: str | None = None
) -> Sample:
    """Put the account of the register's first suitable company and let its person log in.

    With billing it gets numbers, invoices and usage.
    Returns once the person has access, or after a minute without. Repeating it changes nothing.
    Raises StartError if the API does not accept it.
    """
    with httpx.Client(timeout=60, trust_env=False) as http:
        try:
            sample = _choose(http, register_url)
            systems = client_token(identity_url, _SYSTEM)
            _put_account(http, api_url, systems, sample)
            if billing_url is not None:
                put_numbers(http, api_url, bearer(systems), billing_url, sample.account_id)
            _log_in(http, api_url, person_token(identity_url, sample.person_code))
        except httpx.HTTPError as error:
            raise StartError(f"the sample customer was not accepted: {error}") from None
        return sample


def _choose(http: httpx.Client, register_url: str) -> Sample:
    found = http.get(f"{register_url}/_control/companies", params={"limit": 1000})
    for company in found.raise_for_status().json():
        if company["status"] == "R" and company["legal_form"] == "OÜ":
            for holder in company["holders"]:
                if _acts_alone(holder):
                    return _sample(company, holder)
    raise StartError("no company of the simulated register will do as a sample")


def _acts_alone(holder: dict[str, Any]) -> bool:
    estonian = holder["kind"] == "F" and holder["country"] == "EST" and bool(holder["code"])
    return estonian and holder["role"] == "JUHL" and bool(holder["sole"])


def _sample(company: dict[str, Any], holder: dict[str, Any]) -> Sample:
    return Sample(
        account_id=uuid5(NAMESPACE_URL, f"sample:{company['code']}"),
        company=f"{company['name']} ({company['code']})",
        person=f"{holder['first_name']} {holder['name']}",
        person_code=holder["code"],
    )


def _put_account(http: httpx.Client, api_url: str, token: str, sample: Sample) -> None:
    code = sample.company.rpartition("(")[2].rstrip(")")
    account = {
        "reference": f"SAMPLE-{code}",
        "name": sample.company,
        "owner": {"kind": "company", "country": "EE", "code": code},
    }
    http.put(
        f"{api_url}/v1/accounts/{sample.account_id}", json=account, headers=bearer(token)
    ).raise_for_status()


def _log_in(http: httpx.Client, api_url: str, token: str) -> None:
    http.post(
        f"{api_url}/v1/me/refresh", headers=bearer(token) | {"Idempotency-Key": str(uuid4())}
    ).raise_for_status()
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        answer = http.get(f"{api_url}/v1/me/accounts", headers=bearer(token))
        if answer.raise_for_status().json()["items"]:
            return
        time.sleep(0.1)


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}
