"""The agent's entry point: `python3 agent.py --channels DIR [--stdin-lifeline] [--limit-data BYTES] …` (PROTOCOL.md)."""
import sys

if __name__ == "__main__":
    from storlet_runtime.agent import main

    main(sys.argv[1:])
