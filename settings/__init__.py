"""Settings: a frozen model per section, and one class per process that names its sections.

``settings.processes`` says which process reads what; ``settings.sources`` says where values come
from.
"""
