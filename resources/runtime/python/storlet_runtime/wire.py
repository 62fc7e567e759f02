"""Connections on Unix sockets that open with one JSON line. Owns the event loop and the greeting; knows no operation."""
import json
import os
import selectors
import signal
import socket
import struct
import time

from .processes import is_below

PEEK_BYTES = 65536
CREDENTIALS = struct.Struct("3i")


def encode(message):
    """One protocol line."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def close_quietly(closable):
    try:
        closable.close()
    except OSError:
        pass


class Loop:
    """File descriptors, signals and timers of one process, served by one thread."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.on_signal = {}
        self._timers = []
        self._read_signals, self._write_signals = os.pipe()
        os.set_blocking(self._read_signals, False)
        os.set_blocking(self._write_signals, False)
        self.selector.register(self._read_signals, selectors.EVENT_READ, self._take_signals)

    def watch_signals(self, handlers):
        """Calls `handlers[number]()` from the loop, never from inside other code."""
        self.on_signal = handlers
        for number in handlers:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._write_signals, warn_on_full_buffer=False)

    def forget_signals(self):
        """For a forked child: back to the defaults, and no writes to the parent's pipe."""
        signal.set_wakeup_fd(-1)
        for number in self.on_signal:
            signal.signal(number, signal.SIG_DFL)
        self.on_signal = {}

    def own_descriptors(self):
        return [self.selector.fileno(), self._read_signals, self._write_signals]

    def _take_signals(self, _mask):
        try:
            numbers = set(os.read(self._read_signals, 4096))
        except BlockingIOError:
            return
        for number, handler in self.on_signal.items():
            if number in numbers:
                handler()

    def read(self, handle, handler):
        self.selector.register(handle, selectors.EVENT_READ, handler)

    def watch(self, handle, mask, handler):
        """Sets what is waited for on a descriptor; a mask of 0 stops waiting."""
        try:
            if mask == 0:
                self.selector.unregister(handle)
            else:
                self.selector.modify(handle, mask, handler)
        except KeyError:
            if mask != 0:
                self.selector.register(handle, mask, handler)

    def forget(self, handle):
        try:
            self.selector.unregister(handle)
        except (KeyError, ValueError):
            pass

    def after(self, seconds, handler):
        """Calls `handler()` once; returns what `drop_timer` takes."""
        timer = (time.monotonic() + seconds, handler)
        self._timers.append(timer)
        return timer

    def drop_timer(self, timer):
        if timer in self._timers:
            self._timers.remove(timer)

    def is_busy(self):
        """True where something waits to be handled."""
        return bool(self.selector.select(0))

    def run_once(self, longest=None):
        """Handles what happens next; waits for it, for `longest` seconds at most."""
        timeout = longest
        if self._timers:
            due = max(0.0, min(at for at, _ in self._timers) - time.monotonic())
            timeout = due if longest is None else min(longest, due)
        for key, mask in self.selector.select(timeout):
            # An earlier handler of this turn may have closed this one's descriptor.
            current = self.selector.get_map().get(key.fd)
            if current is not None and current.data is key.data:
                key.data(mask)
        now = time.monotonic()
        for timer in [timer for timer in self._timers if timer[0] <= now]:
            self.drop_timer(timer)
            timer[1]()


class SocketsDirectory:
    """
    Where the sockets are made. It is held open, so that the engine can move it out of every storlet's sight: who cannot name a socket
    can neither connect to it nor put another one in its place.
    """

    def __init__(self, channels):
        path = os.path.join(channels, "s")
        os.makedirs(path, mode=0o700, exist_ok=True)
        held = "/proc/self/fd/%d" % os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        self.is_movable = os.path.isdir(held)
        self._path = held if self.is_movable else path

    def listen(self, name):
        """A listening socket of this name, which every user may connect to."""
        path = os.path.join(self._path, name)
        if len(os.fsencode(path)) > 107:
            raise OSError("socket path is longer than 107 bytes: %s" % path)
        self.remove(name)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(path)
        os.chmod(path, 0o777)
        listener.listen(128)
        return listener

    def remove(self, name):
        try:
            os.unlink(os.path.join(self._path, name))
        except OSError:
            pass


class Greeter:
    """Accepts connections and reads exactly their first line: what follows belongs to the stream."""

    def __init__(self, loop, listener, limit_bytes, on_hello, agent_pid):
        self.loop = loop
        self.listener = listener
        self.limit_bytes = limit_bytes
        self.on_hello = on_hello
        self.agent_pid = agent_pid
        self.trusted_pid = 0
        self.waiting = {}
        loop.read(listener, self._accept)

    def _accept(self, _mask):
        for _ in range(64):
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            if not self._is_from_outside(connection):
                close_quietly(connection)
                continue
            connection.setblocking(False)
            self.waiting[connection] = bytearray()
            # The line is usually there already: nothing to wait for then.
            self._greet(connection)
            if connection in self.waiting:
                self.loop.read(connection, lambda mask, connection=connection: self._greet(connection))

    def _is_from_outside(self, connection):
        """False for processes of the sandbox: a storlet has no business with agent and daemons. Others have no number here, or a strange parent."""
        if not hasattr(socket, "SO_PEERCRED"):
            return True
        try:
            pid = CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size))[0]
        except OSError:
            return False
        if pid != self.trusted_pid:
            if is_below(pid, self.agent_pid):
                return False
            self.trusted_pid = pid
        return True

    def _greet(self, connection):
        line = self.waiting[connection]
        try:
            seen = connection.recv(PEEK_BYTES, socket.MSG_PEEK)
            end = seen.find(b"\n")
            if seen:
                line += connection.recv(len(seen) if end < 0 else end + 1)
        except BlockingIOError:
            return
        except OSError:
            seen, end = b"", -1
        if not seen or len(line) > self.limit_bytes:
            self._drop(connection)
            close_quietly(connection)
            return
        if end < 0:
            return
        self._drop(connection)
        try:
            message = json.loads(line.decode("utf-8"))
            if not isinstance(message, dict):
                raise ValueError("not an object")
        except ValueError:
            close_quietly(connection)
            return
        self.on_hello(connection, message)

    def _drop(self, connection):
        self.loop.forget(connection)
        del self.waiting[connection]
