"""The agent's entry point: `python3 agent.py --channels DIR [--stdin-lifeline] [--limit-data BYTES] …` (PROTOCOL.md)."""
import sys

if __name__ == "__main__":
    imported_at_startup = frozenset(sys.modules)
    from storlet_runtime.agent import main

    main(sys.argv[1:], imported_at_startup)
