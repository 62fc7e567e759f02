"""One invocation seen from the daemon: its connections, its child, and the relay of events to the engine within bounded memory."""
import os
import re
import selectors
import signal

from .lines import DROPPING_PAUSE_SECONDS, PrintedLines
from .processes import kill_group
from .wire import close_quietly, encode

READ_BYTES = 65536
#: Above this many unsent bytes the child's pipes are left alone, until half of them are gone.
HOLD_BYTES = 256 * 1024
EVENT_LINE_BYTES = 4 * 1024 * 1024
FILE_NAME = re.compile(r"[0-9a-f]{32}\Z")


class Relay:
    """Reads what a child says and sends it on: pauses the child, not the daemon, where the engine is behind."""

    def __init__(self, loop, control, on_control_gone):
        self.loop = loop
        self.control = control
        self.on_control_gone = on_control_gone
        self.unsent = bytearray()
        self.sources = {}
        self.held = False
        self.closing = False
        loop.read(control, self._on_control)

    # ---- towards the engine

    def send(self, line):
        if self.control is None:
            return
        self.unsent += line
        self._flush()

    def close_when_sent(self):
        self.closing = True
        self._flush()

    def close(self):
        if self.control is not None:
            self.loop.forget(self.control)
            close_quietly(self.control)
            self.control = None
        for fd in list(self.sources):
            self.drop_source(fd)

    def _flush(self):
        try:
            while self.unsent:
                count = self.control.send(self.unsent)
                del self.unsent[:count]
        except BlockingIOError:
            pass
        except OSError:
            self._gone()
            return
        if self.closing and not self.unsent:
            self.close()
            return
        mask = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.unsent else 0)
        self.loop.watch(self.control, mask, self._on_control)
        self._hold(len(self.unsent) > (HOLD_BYTES // 2 if self.held else HOLD_BYTES))

    def _on_control(self, mask):
        if mask & selectors.EVENT_WRITE:
            self._flush()
        if self.control is not None and mask & selectors.EVENT_READ:
            try:
                if self.control.recv(4096):
                    return
            except BlockingIOError:
                return
            except OSError:
                pass
            self._gone()

    def _gone(self):
        self.close()
        self.on_control_gone()

    # ---- from the child

    def add_source(self, fd, take):
        """`take(chunk)` is told bytes of a pipe."""
        os.set_blocking(fd, False)
        self.sources[fd] = take
        if not self.held:
            self.loop.read(fd, lambda mask: self._pull(fd))

    def drop_source(self, fd):
        if fd in self.sources:
            del self.sources[fd]
            self.loop.forget(fd)
            os.close(fd)

    def _hold(self, held):
        if held == self.held:
            return
        self.held = held
        for fd in self.sources:
            if held:
                self.loop.forget(fd)
            else:
                self.loop.watch(fd, selectors.EVENT_READ, lambda mask, fd=fd: self._pull(fd))

    def rest(self, fd, seconds):
        """Leaves a pipe alone for a while."""

        def resume():
            if fd in self.sources and not self.held:
                self.loop.watch(fd, selectors.EVENT_READ, lambda mask: self._pull(fd))

        self.loop.forget(fd)
        self.loop.after(seconds, resume)

    def _pull(self, fd):
        """True while the pipe may hold more."""
        take = self.sources.get(fd)
        if take is None:
            return False
        try:
            chunk = os.read(fd, READ_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        if chunk:
            take(chunk)
            return True
        self.drop_source(fd)
        return False

    def drain(self):
        """Takes what a dead child left in its pipes; they hold 64 KiB each, so this ends."""
        for fd in list(self.sources):
            for _ in range(32):
                if not self._pull(fd):
                    break
            self.drop_source(fd)


class Invocation:
    """`queued` until a place is free, `running` while its child lives, then `over`."""

    def __init__(self, loop, control, spec, on_cancel):
        self.id = str(spec.get("invocation"))
        self.spec = spec
        self.names = ["in%d" % index for index in range(len(spec.get("inputs") or []))] + ["out"]
        self.streams = {}
        self.files = {}  # name -> descriptor of a file that is the whole input
        self.state = "queued"
        self.pid = None
        self._events = b""
        self._printed = {}
        self.relay = Relay(loop, control, lambda: on_cancel(self))

    def open_files(self, directory):
        """Opens what the engine has put there for this invocation, and says so: the names are removed then. Raises OSError or ValueError."""
        for index, description in enumerate(self.spec.get("inputs") or []):
            name = description.get("file")
            if name is None:
                continue
            if not FILE_NAME.match(str(name)):
                raise ValueError("not a name of a file: %r" % (name,))
            self.files["in%d" % index] = os.open(os.path.join(directory, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        if self.files:
            self.relay.send(encode({"event": "opened"}))

    def is_complete(self):
        return all(name in self.streams or name in self.files for name in self.names)

    def descriptor(self, name):
        return self.files[name] if name in self.files else self.streams[name].fileno()

    def close_streams(self):
        for stream in self.streams.values():
            close_quietly(stream)
        for fd in self.files.values():
            os.close(fd)
        self.streams = {}
        self.files = {}

    def started(self, pid, events_fd, stdout_fd, stderr_fd):
        self.pid = pid
        self.state = "running"
        self.close_streams()
        self.relay.send(encode({"event": "started", "pid": pid}))
        if self.relay.control is None:
            for fd in (events_fd, stdout_fd, stderr_fd):
                os.close(fd)
            return
        self.relay.add_source(events_fd, self._take_events)
        for name, fd in (("stdout", stdout_fd), ("stderr", stderr_fd)):
            self._printed[name] = PrintedLines()
            self.relay.add_source(fd, lambda chunk, name=name, fd=fd: self._take_printed(name, fd, chunk))

    def kill(self):
        if self.pid is not None:
            kill_group(self.pid)

    def ended(self, status, usage):
        """Tells the engine everything that is left, then how the child ended."""
        # Processes that the storlet left behind would hold its pipes open.
        kill_group(self.pid, leader=False)
        self.pid = None
        self.state = "over"
        self.relay.drain()
        for name, printed in self._printed.items():
            lines, dropped = printed.finish()
            self._send_lines(name, lines, 0)
            self._send_lines(name, [], dropped)
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        self.relay.send(
            encode(
                {
                    "event": "exit",
                    "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
                    "signal": None if number is None else signal_name(number),
                    "cpuMs": round((usage.ru_utime + usage.ru_stime) * 1000, 3),
                    "maxRssBytes": usage.ru_maxrss * 1024,
                }
            )
        )
        if self.relay.control is not None:
            self.relay.close_when_sent()

    def _take_events(self, chunk):
        # The child writes whole protocol lines; half a line of one that was killed is not passed on.
        end = chunk.rfind(b"\n") + 1
        if end:
            self.relay.send(self._events + chunk[:end])
            self._events = chunk[end:]
        elif len(self._events) < EVENT_LINE_BYTES:
            self._events += chunk

    def _take_printed(self, name, fd, chunk):
        printed = self._printed[name]
        lines, dropped = printed.feed(chunk)
        self._send_lines(name, lines, dropped)
        if printed.is_dropping and self.state == "running":
            self.relay.rest(fd, DROPPING_PAUSE_SECONDS)

    def _send_lines(self, name, lines, dropped):
        events = [encode({"event": "dropped", "source": name, "lines": dropped})] if dropped else []
        events.extend(encode({"event": name, "text": text}) for text in lines)
        if events:
            self.relay.send(b"".join(events))


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "signal %d" % number


def ending_of(code):
    """How a process ended, as it is told; `code` as `Popen.returncode` has it."""
    return {"code": code if code >= 0 else None, "signal": None if code >= 0 else signal_name(-code)}
