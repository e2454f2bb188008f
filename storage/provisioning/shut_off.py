"""Whether a service is shut off at its network: a contract of it is suspended."""

SHUTS_OFF = "c.suspend_reason IS NOT NULL AND c.state IN ('suspended', 'ending')"
"""SQL: the contract ``c`` shuts its services off. One that is ending, too, until its end."""
SHUT_OFF = f"""s.id IN (
    SELECT x.service_id FROM contract_service x JOIN contract c ON c.id = x.contract_id
    WHERE {SHUTS_OFF})"""
"""SQL: the service ``s`` is shut off, by one contract or by several."""
