"""What comes before the agent: its options, its limits, and the template of daemons. Loads nothing that daemons do not need."""
from . import processes
from .limits import set_limits
from .template import create_template

#: Of each option its type; a flag has none.
OPTIONS = {
    # Directory of the sockets.
    "channels": str,
    # An id that marks the process for its owner.
    "sandbox": str,
    # End when standard input ends.
    "stdin_lifeline": None,
    # Bytes of memory per process, processes, bytes per file; 0 for no limit.
    "limit_data": int,
    "limit_processes": int,
    "limit_file": int,
    # Processes of the sandbox cannot look into each other.
    "hidden": None,
}


class Options:
    """The options by their names, with `_` for `-`."""

    def __init__(self, arguments):
        for name, kind in OPTIONS.items():
            setattr(self, name, kind() if kind else False)
        rest = list(arguments)
        while rest:
            word = rest.pop(0)
            name = word[2:].replace("-", "_")
            if not word.startswith("--") or name not in OPTIONS or (OPTIONS[name] and not rest):
                raise SystemExit("agent.py: %s is no option, or lacks its value" % word)
            setattr(self, name, OPTIONS[name](rest.pop(0)) if OPTIONS[name] else True)
        if not self.channels:
            raise SystemExit("agent.py: --channels DIR is needed")


def prepare(arguments, imported_at_startup):
    """The options, and the template or None."""
    options = Options(arguments)
    if options.hidden:
        processes.hide()
    set_limits(options)
    processes.adopt_orphans()
    return options, create_template(imported_at_startup)
