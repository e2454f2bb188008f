"""Entry of ``python -m registry_sync``: the scheduler."""

from registry_sync.scheduler.process import main

if __name__ == "__main__":
    main()
