"""Whether a service is shut off at its network: a contract of it is suspended."""

SHUT_OFF = """s.id IN (
    SELECT x.service_id FROM contract_service x JOIN contract c ON c.id = x.contract_id
    WHERE c.suspend_reason IS NOT NULL AND c.state IN ('suspended', 'ending'))"""
"""SQL: the service ``s`` is shut off. Of one that is ending, too, until its end."""
