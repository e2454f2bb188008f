"""Settings of the limits on callers, for loads that a few callers make: counted, never reached."""

WIDE = {
    "VOLITUS_API_PROGRAM_RATE": "100000/PT1S",
    "VOLITUS_API_PERSON_RATE": "100000/PT1S",
}
