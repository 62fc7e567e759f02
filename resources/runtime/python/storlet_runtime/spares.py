"""Children forked ahead of time: one waits for its invocation with everything done that needs no invocation. Owns the hand-over."""
import array
import json
import os
import socket
import struct

HEADER = struct.Struct("=II")
CHUNK_BYTES = 65536


class Spare:
    """The parent's side of a waiting child: its process, the socket for its job, and the read ends of its pipes."""

    def __init__(self, pid, job, events, stdout, stderr):
        self.pid = pid
        self.job = job
        self.outlets = (events, stdout, stderr)

    def hand_over(self, spec, fds):
        """Gives the child its invocation; the caller closes its own copies of `fds`. Raises OSError where the child is gone."""
        payload = json.dumps(spec).encode("ascii")
        head = HEADER.pack(len(payload), len(fds))
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
        try:
            sent = self.job.sendmsg([head, payload[:CHUNK_BYTES]], rights)
            rest = payload[sent - len(head) :]
            if rest:
                self.job.sendall(rest)
        finally:
            self.job.close()

    def close(self):
        """Closes what the parent holds: a child that still waits ends by it."""
        self.job.close()
        for fd in self.outlets:
            os.close(fd)


def receive_job(job):
    """In the child: the invocation and its descriptors, or (None, []) where the parent wants it no more."""
    rights = array.array("i")
    data, ancillary, _flags, _address = job.recvmsg(HEADER.size + CHUNK_BYTES, socket.CMSG_SPACE(253 * rights.itemsize))
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            rights.frombytes(content[: len(content) - len(content) % rights.itemsize])
    while data and len(data) < HEADER.size:
        data += _more(job)
    if not data:
        return None, []
    size, count = HEADER.unpack_from(data)
    parts = [data[HEADER.size :]]
    missing = size - len(parts[0])
    while missing > 0:
        parts.append(_more(job))
        missing -= len(parts[-1])
    if len(rights) != count:
        raise OSError("received %d descriptors instead of %d" % (len(rights), count))
    return json.loads(b"".join(parts).decode("ascii")), list(rights)


def _more(job):
    data = job.recv(CHUNK_BYTES)
    if not data:
        raise OSError("the daemon left in the middle of a job")
    return data
