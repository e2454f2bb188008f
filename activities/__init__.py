"""The effects that workflows have; every activity may run twice.

``adapters`` speak to outside systems.
"""
