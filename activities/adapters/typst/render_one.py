"""Child process of ``apart``: data in, PDF out. Whatever is wrong ends it with a code."""

import json
import resource
import sys

_MEMORY = 2 * 2**30
"""Bytes of address space: beyond it this process fails, and no other."""


def main() -> None:
    """Render the template that is named, from the data on stdin, to stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    from activities.adapters.typst.renderer import Listing, TypstRenderer  # noqa: PLC0415 # bounded

    data = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(TypstRenderer().render(Listing(sys.argv[1]), data))


if __name__ == "__main__":
    main()
