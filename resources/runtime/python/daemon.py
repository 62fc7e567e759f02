"""A daemon's entry point, started by the agent with its specification as one JSON argument (PROTOCOL.md)."""
import sys

if __name__ == "__main__":
    imported_at_startup = frozenset(sys.modules)
    from storlet_runtime.daemon import main

    main(sys.argv[1], imported_at_startup)
