"""The agent's entry point: `python3 agent.py --channels DIR [--stdin-lifeline] [--limit-data BYTES] …` (PROTOCOL.md)."""
import sys

if __name__ == "__main__":
    imported_at_startup = frozenset(sys.modules)
    from storlet_runtime.start import prepare

    options, template = prepare(sys.argv[1:], imported_at_startup)
    # Not before the template is made: what the agent alone needs would be a part of every daemon.
    from storlet_runtime.agent import main

    main(options, template)
