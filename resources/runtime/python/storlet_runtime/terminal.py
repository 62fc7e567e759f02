"""A shell on a pseudo-terminal for one connection: what is typed goes in, what it shows comes out. It ends with the connection."""
import base64
import fcntl
import json
import os
import pty
import shutil
import signal
import struct
import termios

from . import processes
from .invocations import ending_of
from .wire import close_quietly, encode

#: Beyond these the other side has to take something first: nothing is dropped, whoever writes waits.
SHOWN_BYTES = 256 * 1024
TYPED_BYTES = 256 * 1024
CHUNK_BYTES = 32 * 1024
READ, WRITE = 1, 2


def window_size(message):
    """Columns and rows of a request. Raises ValueError, TypeError or KeyError for anything but sensible numbers."""
    columns, rows = int(message["columns"]), int(message["rows"])
    if not (1 <= columns <= 1000 and 1 <= rows <= 1000):
        raise ValueError("a window of %d x %d" % (columns, rows))
    return columns, rows


def _become_shell(loop):
    """In the forked child: never returns."""
    try:
        processes.die_with_parent()
        loop.forget_signals()
        shell = shutil.which("bash") or "/bin/sh"
        environment = dict(os.environ, TERM="xterm-256color", SHELL=shell)
        command = [shell]
        if shell.endswith("bash"):
            # The image's own start-up files belong to nobody here, and the user may have no name.
            command += ["--noprofile", "--norc"]
            environment["PS1"] = "sandbox:\\w\\$ "
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        os.chdir("/")
        os.execve(shell, command, environment)
    finally:
        os._exit(127)


class Terminal:
    """One shell. `on_end` is called once, when nothing of it is left."""

    def __init__(self, loop, connection, columns, rows, on_end):
        self.loop = loop
        self.connection = connection
        self.on_end = on_end
        self.lines = bytearray()
        self.typed = bytearray()
        self.unsent = bytearray()
        self.is_over = False
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            _become_shell(loop)
        os.set_blocking(self.master, False)
        self._resize(columns, rows)

    def start(self):
        self._send({"ok": True, "pid": self.pid})

    def ended(self, code):
        """The shell was reaped; `code` as `Popen.returncode` has it. What it showed last still goes out."""
        self._take_shown()
        self.pid = None
        self._send({"event": "ended", **ending_of(code)})
        self._close_master()
        self.is_over = True
        self._flush()

    def close(self):
        """Ends the shell with everything it started."""
        if self.connection is not None:
            self.loop.forget(self.connection)
            close_quietly(self.connection)
            self.connection = None
        if self.pid is not None:
            below = processes.descendants(self.pid)
            processes.kill_group(self.pid)
            for pid in below:
                processes.send_signal(pid, signal.SIGKILL)
        self._close_master()
        on_end, self.on_end = self.on_end, lambda: None
        on_end()

    def _close_master(self):
        if self.master is not None:
            self.loop.forget(self.master)
            os.close(self.master)
            self.master = None

    def _resize(self, columns, rows):
        if self.master is not None:
            fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _send(self, message):
        if self.connection is not None:
            self.unsent += encode(message)
            self._flush()

    def _flush(self):
        try:
            while self.connection is not None and self.unsent:
                del self.unsent[: self.connection.send(self.unsent[: CHUNK_BYTES * 2])]
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        if self.is_over and not self.unsent:
            self.close()
            return
        self._wait()

    def _wait(self):
        """Says what can be done next: read only what there is room for."""
        if self.connection is not None:
            mask = (WRITE if self.unsent else 0) | (READ if len(self.typed) < TYPED_BYTES else 0)
            self.loop.watch(self.connection, mask, self._on_connection)
        if self.master is not None:
            mask = (WRITE if self.typed else 0) | (READ if len(self.unsent) < SHOWN_BYTES else 0)
            self.loop.watch(self.master, mask, self._on_master)

    def _on_connection(self, mask):
        if mask & WRITE:
            self._flush()
        if self.connection is None or not mask & READ:
            return
        try:
            chunk = self.connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            self.close()
            return
        self.lines += chunk
        try:
            while b"\n" in self.lines:
                line, _, self.lines = self.lines.partition(b"\n")
                self._take_line(json.loads(line.decode("utf-8")))
        except (ValueError, KeyError, TypeError, OSError):
            self.close()
            return
        self._type()

    def _take_line(self, message):
        if "input" in message:
            self.typed += base64.b64decode(message["input"])
        else:
            self._resize(*window_size(message))

    def _type(self):
        try:
            while self.master is not None and self.typed:
                del self.typed[: os.write(self.master, self.typed[:CHUNK_BYTES])]
        except BlockingIOError:
            pass
        except OSError:
            # Nobody reads there any more: the shell is about to be reaped.
            self.typed.clear()
        self._wait()

    def _on_master(self, mask):
        if mask & WRITE:
            self._type()
        if self.master is not None and mask & READ and self._take_shown(1) == 0:
            # Whoever had the other side is gone; the end of the shell says the rest.
            self.loop.forget(self.master)

    def _take_shown(self, most=64):
        """Takes what the shell shows, at most so many pieces; returns how many bytes the last one had, 0 at its end."""
        size = 1
        for _ in range(most):
            if self.master is None:
                return size
            try:
                shown = os.read(self.master, CHUNK_BYTES)
            except BlockingIOError:
                return 1
            except OSError:
                shown = b""
            size = len(shown)
            if size == 0:
                return 0
            self._send({"event": "output", "output": base64.b64encode(shown).decode("ascii")})
        return size
