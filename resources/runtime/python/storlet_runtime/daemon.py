"""A daemon: imports a storlet once, then forks one child per invocation, a few at a time. Owns the queue; never calls the storlet itself."""
import collections
import gc
import importlib
import json
import os
import signal
import socket
import sys
import time

from . import processes
from .failures import RUNTIME_DIRECTORY, describe
from .invocations import Invocation
from .runner import make_text_streams_live, run, warm_up
from .spares import Spare, receive_job
from .wire import Greeter, Loop, close_quietly, encode

HELLO_BYTES = 1024 * 1024
#: What an output's connection may hold while the engine is busy: neither side then waits for the other with every write.
SEND_BYTES = 1024 * 1024
#: How long a stream waits for its invocation, and an invocation for its streams.
PAIRING_SECONDS = 30
#: Children that wait for their invocation. They are forked while nothing runs; beyond them, an invocation waits for its fork.
SPARES = 2
#: Dead children are told of by SIGCHLD; this is for the one that storlet code at import time hides.
REAP_SECONDS = 1.0


class Daemon:
    def __init__(self, spec, storlet_class):
        self.spec = spec
        self.storlet_class = storlet_class
        self.loop = Loop()
        self.pool_size = max(1, int(spec.get("poolSize", 5)))
        self.pending = {}  # id -> Invocation that lacks streams
        self.strays = {}  # id -> {name: socket}: streams that came before their invocation
        self.unpaired = collections.deque()  # (time, id) of every first arrival, for the sweep
        self.queue = collections.deque()
        self.running = {}  # pid -> Invocation
        self.spares = []
        self.reap_at = 0.0
        # What a run leaves behind in a group of its own becomes a child of this process, like what the module itself has started.
        processes.adopt_orphans()
        self.own_children = frozenset(processes.children())
        self.listener = socket.socket(fileno=spec["listenFd"])
        self.listener.setblocking(False)
        os.set_inheritable(self.listener.fileno(), False)
        self.greeter = Greeter(self.loop, self.listener, HELLO_BYTES, self._on_hello, os.getppid())

    def serve(self):
        self.loop.watch_signals({signal.SIGCHLD: self._reap, signal.SIGTERM: self.shut_down, signal.SIGINT: self.shut_down})
        # Standard input is a pipe from the agent that carries nothing: its end means that the agent is gone.
        self.loop.read(0, lambda _mask: self.shut_down())
        while True:
            if not self.running and len(self.spares) < min(SPARES, self.pool_size) and not self.loop.is_busy():
                self._add_spare()
            else:
                # Nothing to look after, nothing to wake up for.
                self.loop.run_once(REAP_SECONDS if self.running or self.unpaired else None)
            now = time.monotonic()
            if now >= self.reap_at:
                self.reap_at = now + REAP_SECONDS
                self._reap()
                self._sweep()

    def _add_spare(self):
        try:
            self.spares.append(self._fork())
        except OSError:
            # No room now. Whoever needs one hears of it.
            self.loop.run_once(REAP_SECONDS)

    def shut_down(self):
        for invocation in self.running.values():
            invocation.kill()
        processes.kill_descendants(os.getpid())
        os._exit(0)

    # ---- connections

    def _on_hello(self, connection, message):
        operation = message.get("op")
        if operation == "invoke":
            self._on_invoke(connection, message)
        elif operation == "stream":
            self._on_stream(connection, str(message.get("invocation")), str(message.get("name")))
        elif operation == "ping":
            try:
                connection.send(encode({"ok": True, "running": len(self.running), "queued": len(self.queue)}))
            except OSError:
                pass
            close_quietly(connection)
        else:
            close_quietly(connection)

    def _on_invoke(self, connection, message):
        invocation = Invocation(self.loop, connection, message, self._cancel)
        invocation.streams.update(self.strays.pop(invocation.id, {}))
        try:
            invocation.open_files(self.spec["given"])
        except (OSError, ValueError):
            invocation.close_streams()
            invocation.relay.send(encode({"event": "unreadable"}))
            invocation.relay.close_when_sent()
            return
        self.pending[invocation.id] = invocation
        self.unpaired.append((time.monotonic(), invocation.id))
        self._queue_if_complete(invocation)

    def _on_stream(self, connection, identity, name):
        if name == "out":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
        invocation = self.pending.get(identity)
        if invocation is None:
            self.strays.setdefault(identity, {})[name] = connection
            self.unpaired.append((time.monotonic(), identity))
            return
        invocation.streams[name] = connection
        self._queue_if_complete(invocation)

    def _sweep(self):
        """Closes what has waited too long for its other connections."""
        oldest = time.monotonic() - PAIRING_SECONDS
        while self.unpaired:
            at, identity = self.unpaired[0]
            waits = identity in self.strays or identity in self.pending
            if waits and at >= oldest:
                return
            self.unpaired.popleft()
            for stray in self.strays.pop(identity, {}).values():
                close_quietly(stray)
            invocation = self.pending.get(identity)
            if invocation is not None:
                invocation.relay.close()
                self._cancel(invocation)

    def _cancel(self, invocation):
        """The engine closed the control connection."""
        if self.pending.get(invocation.id) is invocation:
            del self.pending[invocation.id]
        if invocation in self.queue:
            self.queue.remove(invocation)
        invocation.kill()
        invocation.close_streams()

    # ---- running

    def _queue_if_complete(self, invocation):
        if invocation.is_complete():
            self.pending.pop(invocation.id, None)
            self.queue.append(invocation)
            self._start_next()

    def _start_next(self):
        while self.queue and len(self.running) < self.pool_size:
            self._start(self.queue.popleft())

    def _start(self, invocation):
        fds = [invocation.descriptor(name) for name in invocation.names]
        while True:
            try:
                spare = self.spares.pop(0) if self.spares else self._fork()
            except OSError as error:
                invocation.close_streams()
                invocation.relay.send(encode({"event": "refused", "message": "fork: %s" % error.strerror}))
                invocation.relay.close_when_sent()
                return
            try:
                spare.hand_over(invocation.spec, fds)
                break
            except OSError:
                # It was killed while it waited: the next one.
                processes.kill_group(spare.pid)
                spare.close()
        self.running[spare.pid] = invocation
        invocation.started(spare.pid, *spare.outlets)

    def _fork(self):
        """A child that waits for its invocation. Raises OSError where there is no room for another process."""
        sys.stdout.flush()
        sys.stderr.flush()
        fds = []
        try:
            for _ in range(3):
                fds.extend(os.pipe())
            job, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        except OSError:
            for fd in fds:
                os.close(fd)
            raise
        reads, writes = fds[0::2], fds[1::2]
        try:
            pid = os.fork()
        except OSError:
            for fd in fds:
                os.close(fd)
            job.close()
            theirs.close()
            raise
        if pid == 0:
            self._become_child(job, theirs, reads, writes)
        try:
            # Both sides do this: whoever is first, the group exists before anyone needs it.
            os.setpgid(pid, pid)
        except OSError:
            pass
        theirs.close()
        for fd in writes:
            os.close(fd)
        return Spare(pid, job, *reads)

    def _become_child(self, job, theirs, reads, writes):
        code = 70
        try:
            processes.die_with_parent()
            # Orphans below a run stay with it as long as it lives.
            processes.adopt_orphans()
            os.setpgid(0, 0)
            self.loop.forget_signals()
            os.dup2(writes[1], 1)
            os.dup2(writes[2], 2)
            self._close_inherited(job, reads, writes)
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.close(null)
            warm_up()
            spec, fds = receive_job(theirs)
            theirs.close()
            if spec is None:
                code = 0
            else:
                for fd in fds:
                    os.set_blocking(fd, True)
                code = run(self.storlet_class, spec, fds[:-1], fds[-1], writes[0], self.spec["directory"])
        except BaseException as error:
            try:
                os.write(2, ("storlet runtime: %r\n" % (error,)).encode("utf-8", "replace"))
            except OSError:
                pass
        finally:
            os._exit(code)

    def _close_inherited(self, job, reads, writes):
        """Neighbours' streams must not stay open in this child: their ends would never be seen."""
        for neighbour in set(self.running.values()).union(self.queue, self.pending.values()):
            if neighbour.relay.control is not None:
                neighbour.relay.control.close()
            neighbour.close_streams()
            for fd in neighbour.relay.sources:
                os.close(fd)
        for spare in self.spares:
            spare.close()
        for streams in self.strays.values():
            for stream in streams.values():
                stream.close()
        for connection in self.greeter.waiting:
            connection.close()
        self.listener.close()
        for fd in self.loop.own_descriptors():
            os.close(fd)
        job.close()
        for fd in reads + writes[1:]:
            os.close(fd)

    def _reap(self):
        for pid in list(self.running):
            try:
                reaped, status, usage = os.wait4(pid, os.WNOHANG)
            except ChildProcessError:
                # Code of the storlet's module collected it: how it ended is unknown.
                reaped, status, usage = pid, 0, NoUsage()
            if reaped == pid:
                self.running.pop(pid).ended(status, usage)
                self._end_orphans()
        for spare in list(self.spares):
            if is_gone(spare.pid):
                self.spares.remove(spare)
                spare.close()
        self._start_next()

    def _end_orphans(self):
        """Ends what finished runs have left behind. While a run lives, its descendants are its own; orphans are nobody's."""
        for _ in range(100):
            known = self.own_children.union(self.running, [spare.pid for spare in self.spares])
            orphans = [pid for pid in processes.children() if pid not in known]
            if not orphans:
                return
            for pid in orphans:
                processes.kill_group(pid)
                try:
                    os.waitpid(pid, 0)
                except OSError:
                    pass


def is_gone(pid):
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


class NoUsage:
    ru_utime = ru_stime = ru_maxrss = 0


def load_class(entry, directory, imported_at_startup):
    """The class `module.Class` names. The bundle comes first on the path, as with PYTHONPATH."""
    module_name, _, class_name = entry.rpartition(".")
    if not module_name or "." in module_name:
        raise ValueError("The entry point must be module.Class with exactly one dot, not %r" % entry)
    sys.path[:] = [directory] + [path for path in sys.path if os.path.abspath(path) != RUNTIME_DIRECTORY]
    # Modules that only this runtime has imported must not stand in for the author's own of the same name.
    for file in os.listdir(directory):
        name = os.path.splitext(file)[0]
        if name not in imported_at_startup:
            sys.modules.pop(name, None)
    importlib.invalidate_caches()
    module = importlib.import_module(module_name)
    try:
        return getattr(module, class_name)
    except AttributeError:
        raise AttributeError("%s.py defines no class %s" % (module_name, class_name)) from None


def main(argument, imported_at_startup):
    processes.die_with_parent()
    spec = json.loads(argument)
    if spec.get("hidden"):
        processes.hide()
    ready = spec["readyFd"]
    os.set_inheritable(ready, False)
    make_text_streams_live()
    try:
        storlet_class = load_class(spec["entry"], spec["directory"], imported_at_startup)
        daemon = Daemon(spec, storlet_class)
    except BaseException as error:
        sys.stdout.flush()
        answer = describe(error, spec["directory"])
        answer.update({"ok": False, "code": "LOAD_FAILED"})
        write_all(ready, encode(answer))
        os._exit(1)
    # Objects that exist now are shared with every child: keep the collector from touching their pages.
    gc.collect()
    if hasattr(gc, "freeze"):
        gc.freeze()
    write_all(ready, encode({"ok": True, "pid": os.getpid()}))
    os.close(ready)
    daemon.serve()


def write_all(fd, data):
    while data:
        data = data[os.write(fd, data) :]
