"""The agent: starts, stops and reports daemons, compiles source text, and ends with everything when nobody watches it any more."""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys

from . import java, processes
from .answers import Answer
from .check import check_in_child
from .failures import RUNTIME_DIRECTORY
from .invocations import ending_of
from .lines import DROPPING_PAUSE_SECONDS, PrintedLines
from .limits import set_limits
from .wire import Greeter, Loop, SocketsDirectory

PROTOCOL = 1
HELLO_BYTES = 16 * 1024 * 1024
#: Longest wait for a daemon to end by itself before it is killed.
STOP_SECONDS = 0.4
#: Without a watcher for so long, the engine is gone.
UNWATCHED_SECONDS = 5
FIRST_WATCH_SECONDS = 120


class DaemonProcess:
    """A daemon as its starter sees it."""

    def __init__(self, spec, process, answer):
        self.key = spec["key"]
        self.name = spec.get("name", self.key)
        self.process = process
        self.answer = answer
        self.ready = b""
        self.ready_fd = None
        self.outputs = []
        self.state = "starting"
        self.stoppers = []


class Agent:
    def __init__(self, options):
        self.options = options
        self.loop = Loop()
        self.daemons = {}
        self.terminals = []
        self.watchers = []
        self.was_watched = False
        self.leave_timer = self.loop.after(FIRST_WATCH_SECONDS, self.shut_down)
        self.life_read, self.life_write = os.pipe()
        self.sockets = SocketsDirectory(options.channels)
        listener = self.sockets.listen("agent.sock")
        listener.setblocking(False)
        self.greeter = Greeter(self.loop, listener, HELLO_BYTES, self._on_hello, os.getpid())

    def serve(self):
        leaving = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        if os.getpid() == 1:
            # The first process of a sandbox gets no signal from inside that it does not ask for: storlets cannot end it.
            for number in leaving:
                signal.signal(number, signal.SIG_DFL)
            leaving = ()
        self.loop.watch_signals({number: self.shut_down for number in leaving})
        self.loop.on_signal[signal.SIGCHLD] = self._reap
        signal.signal(signal.SIGCHLD, lambda *_: None)
        if self.options.stdin_lifeline:
            self.loop.read(0, lambda _mask: self.shut_down() if not os.read(0, 4096) else None)
        while True:
            self.loop.run_once()
            self._reap()

    def shut_down(self):
        """Ends every process of the sandbox within a second, then this one."""
        for daemon in self.daemons.values():
            processes.send_signal(daemon.process.pid, signal.SIGTERM)
        for daemon in self.daemons.values():
            try:
                daemon.process.wait(STOP_SECONDS / max(1, len(self.daemons)))
            except subprocess.TimeoutExpired:
                pass
        processes.kill_descendants(os.getpid())
        for name in ["agent.sock"] + [key + ".sock" for key in self.daemons]:
            self.sockets.remove(name)
        os._exit(0)

    # ---- requests

    def _on_hello(self, connection, message):
        handlers = {
            "ping": self._ping,
            "start": self._start,
            "stop": self._stop,
            "status": self._status,
            "check": self._check,
            "java": self._java,
            "watch": self._watch,
        }
        if message.get("op") == "terminal":
            self._terminal(connection, message)
            return
        handler = handlers.get(message.get("op"))
        answer = Answer(self.loop, connection, lambda: None)
        if handler is None:
            answer.send({"ok": False, "code": "BAD_REQUEST", "message": "Unknown operation %r" % (message.get("op"),)}, last=True)
            return
        try:
            handler(answer, message)
        except (KeyError, TypeError, ValueError) as error:
            answer.send({"ok": False, "code": "BAD_REQUEST", "message": "Bad request: %r" % (error,)}, last=True)

    def _ping(self, answer, _message):
        version = "%d.%d.%d" % sys.version_info[:3]
        movable = self.sockets.is_movable
        answer.send({"ok": True, "protocol": PROTOCOL, "pid": os.getpid(), "python": version, "movable": movable}, last=True)

    def _status(self, answer, _message):
        daemons = [
            {"key": daemon.key, "name": daemon.name, "pid": daemon.process.pid, "state": daemon.state} for daemon in self.daemons.values()
        ]
        answer.send({"ok": True, "daemons": daemons}, last=True)

    def _watch(self, answer, _message):
        if self.leave_timer is not None:
            self.loop.drop_timer(self.leave_timer)
            self.leave_timer = None
        self.watchers.append(answer)
        answer.on_gone = lambda: self._unwatch(answer)
        answer.send({"ok": True})

    def _unwatch(self, answer):
        self.watchers.remove(answer)
        if not self.watchers:
            self.leave_timer = self.loop.after(UNWATCHED_SECONDS, self.shut_down)

    def _tell(self, event):
        for watcher in list(self.watchers):
            watcher.send(event)

    def _check(self, answer, message):
        if message.get("language", "python") != "python":
            answer.send({"ok": False, "code": "RUNTIME_MISSING", "message": "Cannot check %s" % message["language"]}, last=True)
            return
        check_in_child(self.loop, answer, message["path"], message["source"])

    def _java(self, answer, _message):
        try:
            answer.send({"ok": True, "version": java.Java().version, "sources": java.digest_of_sources()}, last=True)
        except java.JavaMissing as error:
            answer.send({"ok": False, "code": "RUNTIME_MISSING", "message": str(error)}, last=True)

    def _terminal(self, connection, message):
        # Loaded by those who want one: the modules of terminals cost every start otherwise.
        from .terminal import Terminal, window_size

        try:
            columns, rows = window_size(message)
        except (KeyError, TypeError, ValueError) as error:
            refusal = {"ok": False, "code": "BAD_REQUEST", "message": "Bad request: %r" % (error,)}
            Answer(self.loop, connection, lambda: None).send(refusal, last=True)
            return
        try:
            terminal = Terminal(self.loop, connection, columns, rows, lambda: self.terminals.remove(terminal))
        except OSError as error:
            refusal = {"ok": False, "code": "START_FAILED", "message": str(error)}
            Answer(self.loop, connection, lambda: None).send(refusal, last=True)
            return
        self.terminals.append(terminal)
        terminal.start()

    # ---- daemons

    def _command(self, spec, fds):
        """The program of a daemon. Raises JavaMissing, or returns None, where the sandbox has no such runtime."""
        language = spec.get("language", "python")
        inside = {"given": os.path.join(self.options.channels, "given"), "hidden": self.options.hidden, **fds}
        inside.update({name: spec[name] for name in ("key", "entry", "directory", "poolSize") if name in spec})
        if language == "java":
            make = java.compiler_command if spec.get("role") == "compiler" else java.daemon_command
            return make(spec, inside, self.options.limit_data)
        if language != "python":
            return None
        interpreter = sys.executable
        version = str(spec.get("languageVersion") or "")
        own = ("", str(sys.version_info[0]), "%d.%d" % sys.version_info[:2])
        if version not in own:
            interpreter = shutil.which("python" + version) if all(part.isdigit() for part in version.split(".")) else None
        if interpreter is None:
            return None
        return [interpreter, "-B", os.path.join(RUNTIME_DIRECTORY, "daemon.py"), json.dumps(inside)]

    def _start(self, answer, message):
        key = message["key"]
        if key in self.daemons or not key.replace("-", "").isalnum():
            raise ValueError("key %r" % key)
        ready_read, ready_write = os.pipe()
        listener = self.sockets.listen(key + ".sock")
        is_java = message.get("language") == "java"
        # Java knows no descriptor but the standard ones: there, the socket takes the place of the lifeline.
        stdin, fds = self.life_read, {"readyFd": ready_write, "listenFd": listener.fileno()}
        if is_java:
            stdin, fds = listener, {"readyFd": ready_write, "lifelineFd": self.life_read}
        wanted = "%s %s" % (message.get("language", "python"), message.get("languageVersion") or "")
        missing = "The sandbox has no %s." % wanted.strip()
        try:
            command = self._command(message, fds)
        except java.JavaMissing as error:
            command = None
            missing = str(error)
        if command is None:
            os.close(ready_read)
            os.close(ready_write)
            listener.close()
            self.sockets.remove(key + ".sock")
            answer.send({"ok": False, "code": "RUNTIME_MISSING", "message": missing}, last=True)
            return
        try:
            process = subprocess.Popen(
                command,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=list(fds.values()),
                start_new_session=True,
                # Python's daemons do this themselves, and start quicker without it.
                preexec_fn=java.starter(command, fds.values(), self.options.hidden) if is_java else None,
                cwd="/",
            )
        except OSError as error:
            os.close(ready_read)
            self.sockets.remove(key + ".sock")
            answer.send({"ok": False, "code": "START_FAILED", "message": str(error)}, last=True)
            return
        finally:
            os.close(ready_write)
            # The daemon's alone: it dies with it.
            listener.close()
        daemon = DaemonProcess(message, process, answer)
        self.daemons[key] = daemon
        answer.on_gone = lambda: self._give_up_start(daemon)
        daemon.ready_fd = ready_read
        os.set_blocking(ready_read, False)
        self.loop.read(ready_read, lambda _mask: self._take_ready(daemon))
        for name, pipe in (("stdout", process.stdout), ("stderr", process.stderr)):
            self._relay_output(daemon, name, pipe)

    def _give_up_start(self, daemon):
        if daemon.state == "starting":
            self._end(daemon)

    def _take_ready(self, daemon):
        """Reads what a daemon says about itself: first its answer, then events. One that dies without a word is told of once it is reaped."""
        while daemon.ready_fd is not None:
            try:
                chunk = os.read(daemon.ready_fd, 65536)
            except BlockingIOError:
                break
            daemon.ready += chunk
            if not chunk:
                self._close_ready(daemon)
        while b"\n" in daemon.ready:
            line, daemon.ready = daemon.ready.split(b"\n", 1)
            self._take_word(daemon, line)

    def _close_ready(self, daemon):
        if daemon.ready_fd is not None:
            self.loop.forget(daemon.ready_fd)
            os.close(daemon.ready_fd)
            daemon.ready_fd = None

    def _take_word(self, daemon, line):
        try:
            answer = json.loads(line.decode("utf-8"))
        except ValueError:
            # Code of a storlet can find this pipe.
            return
        if answer.get("event") == "retiring":
            self._tell({"event": "daemon-retiring", "key": daemon.key, "reason": answer.get("reason", "")})
        if daemon.state != "starting":
            return
        daemon.state = "running" if answer.get("ok") else "failed"
        answer["hidden"] = processes.is_hidden(daemon.process.pid)
        # What the module printed while it was imported comes first.
        for take in daemon.outputs:
            take(0)
        daemon.answer.send(answer, last=True)

    def _relay_output(self, daemon, name, pipe):
        printed = PrintedLines()
        os.set_blocking(pipe.fileno(), False)

        def tell(lines, dropped):
            if dropped:
                self._tell({"event": "dropped", "key": daemon.key, "stream": name, "lines": dropped})
            for text in lines:
                self._tell({"event": "output", "key": daemon.key, "stream": name, "text": text})

        def resume():
            if not pipe.closed:
                self.loop.watch(pipe, 1, take)

        def take(_mask):
            if pipe.closed:
                return
            try:
                chunk = os.read(pipe.fileno(), 65536)
            except BlockingIOError:
                return
            if chunk:
                tell(*printed.feed(chunk))
                if printed.is_dropping:
                    self.loop.forget(pipe)
                    self.loop.after(DROPPING_PAUSE_SECONDS, resume)
                return
            tell(*printed.finish())
            self.loop.forget(pipe)
            pipe.close()

        daemon.outputs.append(take)
        self.loop.read(pipe, take)

    def _stop(self, answer, message):
        daemon = self.daemons.get(message["key"])
        if daemon is None:
            answer.send({"ok": False, "code": "NOT_FOUND", "message": "No daemon %s" % message["key"]}, last=True)
            return
        daemon.stoppers.append(answer)
        self._end(daemon)

    def _end(self, daemon):
        daemon.state = "stopping"
        processes.send_signal(daemon.process.pid, signal.SIGTERM)
        self.loop.after(STOP_SECONDS, lambda: self._kill(daemon))

    def _kill(self, daemon):
        if self.daemons.get(daemon.key) is daemon:
            below = processes.descendants(daemon.process.pid)
            for pid in [daemon.process.pid] + below:
                processes.send_signal(pid, signal.SIGKILL)

    def _reap(self):
        """Collects dead daemons, and orphans that this process has adopted."""
        while True:
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None:
                return
            daemon = next((one for one in self.daemons.values() if one.process.pid == found.si_pid), None)
            terminal = next((one for one in self.terminals if one.pid == found.si_pid), None)
            if daemon is not None:
                self._ended(daemon, daemon.process.wait())
                continue
            _pid, status = os.waitpid(found.si_pid, 0)
            if terminal is not None:
                terminal.ended(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))

    def _ended(self, daemon, code):
        del self.daemons[daemon.key]
        self.sockets.remove(daemon.key + ".sock")
        ending = ending_of(code)
        self._take_ready(daemon)
        self._close_ready(daemon)
        for take in daemon.outputs:
            take(0)
        if daemon.state == "starting":
            daemon.state = "failed"
            how = "ended with exit code %d" % code if code >= 0 else "was ended by %s" % ending["signal"]
            died = {"ok": False, "code": "DIED", "message": "The daemon %s while it was loading the code." % how}
            daemon.answer.send({**died, "exitCode": ending["code"], "signal": ending["signal"]}, last=True)
        self._tell({"event": "daemon-exited", "key": daemon.key, "expected": daemon.state in ("stopping", "failed"), **ending})
        for answer in daemon.stoppers:
            answer.send({"ok": True}, last=True)


def main(arguments):
    parser = argparse.ArgumentParser(prog="agent.py")
    parser.add_argument("--channels", required=True, help="directory of the sockets")
    parser.add_argument("--sandbox", default="", help="an id that marks the process for its owner")
    parser.add_argument("--stdin-lifeline", action="store_true", help="end when standard input ends")
    parser.add_argument("--limit-data", type=int, default=0, help="bytes of memory per process")
    parser.add_argument("--limit-processes", type=int, default=0)
    parser.add_argument("--limit-file", type=int, default=0, help="bytes per file")
    parser.add_argument("--hidden", action="store_true", help="processes of the sandbox cannot look into each other")
    options = parser.parse_args(arguments)
    if options.hidden:
        processes.hide()
    set_limits(options)
    processes.adopt_orphans()
    agent = Agent(options)
    print("storlet agent ready", flush=True)
    agent.serve()
