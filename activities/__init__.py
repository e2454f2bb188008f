"""The effects. Each class is the port to one outside thing; every activity may run twice."""
