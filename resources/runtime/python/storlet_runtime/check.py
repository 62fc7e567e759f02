"""Compiles source text and tells what is wrong with it. Runs nothing of it."""
import json
import os
import signal
import warnings

from . import processes
from .wire import encode


def _place(line, column):
    return {"line": max(1, line or 1), "column": max(1, column or 1)}


def _of_syntax_error(path, error):
    found = {"path": path, "severity": "error", "message": error.msg or "invalid syntax"}
    found.update(_place(error.lineno, error.offset))
    end_line = getattr(error, "end_lineno", None)
    end_column = getattr(error, "end_offset", None)
    if end_line and end_column and end_column > 0 and (end_line, end_column) > (found["line"], found["column"]):
        found.update({"endLine": end_line, "endColumn": end_column})
    return found


def check_source(path, source):
    """Diagnostics of a text: errors, and the compiler's own warnings. Lines and columns count from 1."""
    found = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(source, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            found.append(_of_syntax_error(path, error))
        except (ValueError, OverflowError, RecursionError, MemoryError) as error:
            found.append(dict(_place(1, 1), path=path, severity="error", message=str(error) or type(error).__name__))
    for warning in caught:
        found.append(dict(_place(warning.lineno, 1), path=path, severity="warning", message=str(warning.message)))
    return found


def check_in_child(loop, answer, path, source):
    """Checks in a process of its own, since the compiler can be brought down by its input. `answer` gets the diagnostics."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            processes.die_with_parent()
            loop.forget_signals()
            os.close(read)
            os.write(write, encode({"ok": True, "diagnostics": check_source(path, source)}))
        finally:
            os._exit(0)
    os.close(write)
    collected = bytearray()
    running = [pid]

    def take(_mask):
        chunk = os.read(read, 65536)
        collected.extend(chunk)
        if chunk:
            return
        running.clear()
        loop.forget(read)
        os.close(read)
        if collected.endswith(b"\n"):
            answer.send(json.loads(collected.decode("ascii")), last=True)
        else:
            answer.send({"ok": False, "code": "CHECK_CRASHED", "message": "The compiler crashed on this text."}, last=True)

    def give_up():
        for process in running:
            processes.send_signal(process, signal.SIGKILL)

    loop.read(read, take)
    answer.on_gone = give_up
