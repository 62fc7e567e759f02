"""Ending processes for certain: death with the parent, and whole trees; and hiding them. Everything here is best effort and never raises."""
import os
import signal

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36


def _load_prctl():
    try:
        import ctypes

        return ctypes.CDLL(None, use_errno=True).prctl
    except Exception:
        # Some minimal Pythons lack ctypes: the lifeline pipes do the same a little later.
        return None


_prctl = _load_prctl()


def die_with_parent():
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def adopt_orphans():
    """Makes this process the parent of orphaned descendants, so that none slips away."""
    if _prctl is not None:
        _prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def hide():
    """
    Keeps other processes of the same user from looking into this one and its forks: their memory, and what they have open, which
    could be opened again through /proc. A program that is started begins anew.
    """
    if _prctl is not None:
        _prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def is_hidden(pid):
    """True where this process, and so any other of its user, cannot see what the process `pid` has open. Tried, not believed."""
    try:
        os.readlink("/proc/%d/fd/0" % pid)
    except PermissionError:
        return True
    except OSError:
        pass
    return False


def send_signal(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        pass


def kill_group(pid, leader=True):
    """Kills a process group. `leader` is false where the process `pid` was reaped: its number may be another's by now."""
    for kill in (os.killpg, os.kill) if leader else (os.killpg,):
        try:
            kill(pid, signal.SIGKILL)
        except OSError:
            pass


def children():
    """The direct children of this process, dead ones included; empty where the system does not tell."""
    try:
        with open("/proc/self/task/%d/children" % os.getpid(), "rb") as file:
            return [int(pid) for pid in file.read().split()]
    except (OSError, ValueError):
        return []


def is_below(pid, ancestor):
    """True for a process that has `ancestor` above it, and for one that nobody knows any more."""
    while pid != ancestor:
        if pid <= 0:
            return False
        try:
            with open("/proc/%d/stat" % pid, "rb") as file:
                pid = int(file.read().rsplit(b")", 1)[1].split()[1])
        except (OSError, IndexError, ValueError):
            return True
    return True


def _children_by_parent():
    children = {}
    try:
        names = os.listdir("/proc")
    except OSError:
        return children
    for name in names:
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % name, "rb") as file:
                fields = file.read().rsplit(b")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if fields[0] != b"Z":
            children.setdefault(int(fields[1]), []).append(int(name))
    return children


def descendants(pid):
    """Every living process below `pid`, parents before children."""
    children = _children_by_parent()
    found = list(children.get(pid, ()))
    for process in found:
        found.extend(children.get(process, ()))
    return found


def kill_descendants(pid):
    """Kills everything below `pid`, again and again until nothing new appears (a fork may race the scan)."""
    for _ in range(20):
        found = descendants(pid)
        if not found:
            return
        for process in found:
            try:
                os.kill(process, signal.SIGKILL)
            except OSError:
                pass
        reap_all()


def reap_all():
    """Collects every dead child; for a process that is about to end and tracks none any more."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except OSError:
        pass
