"""
The template: a fork of the agent from before it has heard anything, of which Python daemons are copies. It holds nothing that one of
them should not see, and has loaded what they need and no more: every run is a fork of a daemon and pays for its size. Owns the way from
the agent to a daemon; knows nothing of storlets.
"""
import os
import signal
import socket
import sys
import time

from . import daemon, processes
from .spares import receive_job, send_job

PID_BYTES = 16
#: How often an end is looked for while somebody waits with a limit, and a new parent by who just lost one.
LOOK_SECONDS = 0.002
#: Longest wait of the agent for a copy.
COPY_SECONDS = 5


class TemplateGone(Exception):
    """It does not answer: a storlet can end it, as it can end any process of its user."""


class Copied:
    """A daemon that is a copy, with the part of `subprocess.Popen` that the agent uses. It is a child of the agent."""

    def __init__(self, pid, stdout, stderr):
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        self.returncode = None

    def wait(self, timeout=None):
        """Its exit code, negative for a signal. Raises TimeoutExpired after `timeout` seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, 0 if until is None else os.WNOHANG)
            except ChildProcessError:
                pid, status = self.pid, 0
            if pid == self.pid:
                self.returncode = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
            elif time.monotonic() > until:
                import subprocess

                raise subprocess.TimeoutExpired("daemon", timeout)
            else:
                time.sleep(LOOK_SECONDS)
        return self.returncode


class Template:
    """The agent's side. `imported_at_startup` are the modules that belong to the interpreter alone."""

    def __init__(self, imported_at_startup):
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(COPY_SECONDS)
        agent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.socket.close()
                _serve(theirs, agent, imported_at_startup)
            finally:
                os._exit(70)
        theirs.close()

    def copy(self, spec, stdin, fds):
        """
        Starts a daemon with this specification, standard input and descriptors of its own (`fds`, by their names in the
        specification); nothing else of the agent's is open in it. Raises OSError where there is no room for another process, and
        TemplateGone.
        """
        pipes = []
        try:
            for _ in range(2):
                pipes.extend(os.pipe())
            pid = self._order(dict(spec, fds=list(fds)), [stdin, pipes[1], pipes[3], *fds.values()])
        except (OSError, TemplateGone):
            for fd in pipes[0::2]:
                os.close(fd)
            raise
        finally:
            for fd in pipes[1::2]:
                os.close(fd)
        return Copied(pid, os.fdopen(pipes[0], "rb", 0), os.fdopen(pipes[2], "rb", 0))

    def _order(self, spec, fds):
        try:
            send_job(self.socket, spec, fds)
            answer = self.socket.recv(PID_BYTES, socket.MSG_WAITALL)
        except OSError as error:
            raise TemplateGone(str(error)) from None
        if len(answer) < PID_BYTES:
            raise TemplateGone("it hung up")
        pid = int(answer)
        if pid < 0:
            raise OSError(-pid, os.strerror(-pid))
        return pid

    def end(self):
        self.socket.close()
        processes.send_signal(self.pid, signal.SIGKILL)


def create_template(imported_at_startup):
    """None where a copy could not become a child of the agent, or could not be made: daemons are programs of their own then."""
    if not processes.can_adopt() or not sys.platform.startswith("linux"):
        return None
    try:
        return Template(imported_at_startup)
    except OSError:
        return None


def _serve(orders, agent, imported_at_startup):
    processes.die_with_parent()
    _keep_open({0, 1, 2, orders.fileno()})
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    while True:
        spec, fds = receive_job(orders)
        if spec is None:
            os._exit(0)
        try:
            os.waitpid(_copy_self(orders, agent, spec, fds, imported_at_startup), 0)
        except OSError as error:
            _answer(orders, -error.errno)
        for fd in fds:
            os.close(fd)


def _copy_self(orders, agent, spec, fds, imported_at_startup):
    """Forks twice: a copy whose parent is gone at once becomes the agent's child, who hears of its end like of any other's."""
    between = os.fork()
    if between != 0:
        return between
    try:
        try:
            pid = os.fork()
        except OSError as error:
            pid = -error.errno
        if pid == 0:
            orders.close()
            _become_daemon(spec, fds, agent, imported_at_startup)
        _answer(orders, pid)
    finally:
        os._exit(0)


def _answer(orders, number):
    orders.sendall(b"%*d" % (PID_BYTES, number))


def _become_daemon(spec, fds, agent, imported_at_startup):
    code = 70
    try:
        os.setsid()
        for target, fd in enumerate(fds[:3]):
            os.dup2(fd, target)
        spec.update(zip(spec.pop("fds"), fds[3:]))
        _keep_open({0, 1, 2, *fds[3:]})
        os.chdir("/")
        # Who asks earlier to end with its parent, ends with the one between.
        while os.getppid() != agent:
            time.sleep(LOOK_SECONDS / 10)
        daemon.begin(spec, imported_at_startup)
    except BaseException as error:
        try:
            os.write(2, ("storlet runtime: %r\n" % (error,)).encode("utf-8", "replace"))
        except OSError:
            pass
    finally:
        os._exit(code)


def _keep_open(kept):
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in kept:
            try:
                os.close(int(name))
            except OSError:
                pass
