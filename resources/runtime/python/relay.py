"""Carries many Unix-socket streams over stdin and stdout, for hosts that cannot reach the sandbox's sockets.

Run as `relay.py CHANNELS_DIRECTORY`. Frames are one byte of type, four of stream number, four of payload length (big endian), then the
payload. Data is sent only as far as the other end has granted credit, so a stream that is not read never holds up another one.
"""

import collections
import fcntl
import os
import selectors
import socket
import struct
import sys

HEADER = struct.Struct(">BII")
OPEN, OPENED, DATA, WINDOW, END, CLOSE = range(1, 7)

# Data under way per direction of a stream; the host knows the same number.
WINDOW_BYTES = 1024 * 1024
# Bytes written to a socket before the host is granted as many again.
CREDIT_STEP = WINDOW_BYTES // 4
# Largest read from a socket, and output that may wait for stdout before sockets are read no further.
READ_BYTES = 128 * 1024
MAX_QUEUED = 512 * 1024


class Stream:
    """One connection to a socket of the channels directory."""

    def __init__(self, number, connection):
        self.number = number
        self.connection = connection
        self.credit = WINDOW_BYTES
        self.pending = collections.deque()
        self.written = 0
        self.host_ended = False
        self.socket_ended = False
        # Why nothing can be written any more; what the other end had sent before is still read.
        self.write_error = ""
        self.interest = 0


class Relay:
    def __init__(self, directory):
        self.directory = directory
        self.selector = selectors.DefaultSelector()
        self.streams = {}
        self.output = collections.deque()
        self.queued = 0
        self.output_interest = False
        # The frame that is being received.
        self.header = b""
        self.frame = None
        self.remaining = 0
        self.payload = b""

    def run(self):
        for descriptor in (0, 1):
            os.set_blocking(descriptor, False)
            try:
                fcntl.fcntl(descriptor, 1031, WINDOW_BYTES)  # F_SETPIPE_SZ: fewer, larger reads and writes
            except OSError:
                pass
        self.selector.register(0, selectors.EVENT_READ, None)
        while True:
            for key, events in self.selector.select():
                if key.fd == 0:
                    if not self.receive():
                        return
                elif key.fd == 1:
                    self.flush()
                else:
                    # It may have been forgotten earlier in the same round.
                    stream = key.data
                    if events & selectors.EVENT_WRITE and stream.number in self.streams:
                        self.write_socket(stream)
                    if events & selectors.EVENT_READ and stream.number in self.streams:
                        self.read_socket(stream)

    # ---------------------------------------------------------------- towards the host

    def send(self, kind, number, payload=b""):
        self.output.append(memoryview(HEADER.pack(kind, number, len(payload))))
        self.queued += HEADER.size + len(payload)
        if payload:
            self.output.append(memoryview(payload))
        if not self.output_interest:
            self.flush()

    def flush(self):
        was_full = self.queued >= MAX_QUEUED
        while self.output:
            buffers = [self.output[index] for index in range(min(len(self.output), 32))]
            try:
                count = os.writev(1, buffers)
            except BlockingIOError:
                break
            self.queued -= count
            while self.output and count >= len(self.output[0]):
                count -= len(self.output.popleft())
            if count:
                self.output[0] = self.output[0][count:]
        wanted = bool(self.output)
        if wanted != self.output_interest:
            self.output_interest = wanted
            if wanted:
                self.selector.register(1, selectors.EVENT_WRITE, None)
            else:
                self.selector.unregister(1)
        if was_full != (self.queued >= MAX_QUEUED):
            for stream in list(self.streams.values()):
                self.update(stream)

    # ---------------------------------------------------------------- from the host

    def receive(self):
        try:
            chunk = os.read(0, WINDOW_BYTES)
        except BlockingIOError:
            return True
        if not chunk:
            return False
        view = memoryview(chunk)
        while view:
            if self.frame is None:
                take = HEADER.size - len(self.header)
                self.header += bytes(view[:take])
                view = view[take:]
                if len(self.header) < HEADER.size:
                    break
                kind, number, self.remaining = HEADER.unpack(self.header)
                self.header = b""
                self.frame = (kind, number)
            part = view[: self.remaining]
            view = view[self.remaining :]
            self.remaining -= len(part)
            kind, number = self.frame
            if kind == DATA:
                stream = self.streams.get(number)
                if stream is not None and part and not stream.write_error:
                    stream.pending.append(part)
                    self.write_socket(stream)
            else:
                self.payload += bytes(part)
            if self.remaining == 0:
                payload, self.payload, self.frame = self.payload, b"", None
                if kind != DATA:
                    self.control(kind, number, payload)
        return True

    def control(self, kind, number, payload):
        if kind == OPEN:
            self.open(number, os.fsdecode(payload))
            return
        stream = self.streams.get(number)
        if stream is None:
            return
        if kind == WINDOW:
            stream.credit += struct.unpack(">I", payload)[0]
            self.update(stream)
        elif kind == END:
            stream.host_ended = True
            self.write_socket(stream)
        elif kind == CLOSE:
            self.forget(stream)

    def open(self, number, name):
        if "/" in name or name in ("", ".", ".."):
            self.send(CLOSE, number, b"not a socket name")
            return
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(os.path.join(self.directory, name))
        except OSError as error:
            connection.close()
            self.send(CLOSE, number, f"{name}: {error.strerror}".encode())
            return
        connection.setblocking(False)
        stream = Stream(number, connection)
        self.streams[number] = stream
        self.send(OPENED, number)
        self.update(stream)

    # ---------------------------------------------------------------- sockets

    def update(self, stream):
        """Asks the selector for exactly what the stream can go on with."""
        interest = 0
        if not stream.socket_ended and stream.credit > 0 and self.queued < MAX_QUEUED:
            interest |= selectors.EVENT_READ
        if stream.pending:
            interest |= selectors.EVENT_WRITE
        if interest == stream.interest:
            return
        if stream.interest == 0:
            self.selector.register(stream.connection, interest, stream)
        elif interest == 0:
            self.selector.unregister(stream.connection)
        else:
            self.selector.modify(stream.connection, interest, stream)
        stream.interest = interest

    def read_socket(self, stream):
        if stream.socket_ended or stream.credit <= 0 or self.queued >= MAX_QUEUED:
            self.update(stream)
            return
        try:
            data = stream.connection.recv(min(READ_BYTES, stream.credit))
        except BlockingIOError:
            return
        except OSError as error:
            self.send(CLOSE, stream.number, (error.strerror or str(error)).encode())
            self.forget(stream)
            return
        if data:
            stream.credit -= len(data)
            self.send(DATA, stream.number, data)
        else:
            stream.socket_ended = True
            self.send(END, stream.number)
        self.finish(stream)

    def write_socket(self, stream):
        try:
            while stream.pending:
                count = stream.connection.send(stream.pending[0])
                stream.written += count
                if count < len(stream.pending[0]):
                    stream.pending[0] = stream.pending[0][count:]
                else:
                    stream.pending.popleft()
        except BlockingIOError:
            pass
        except OSError as error:
            stream.write_error = error.strerror or str(error)
            stream.pending.clear()
        if stream.written >= CREDIT_STEP:
            self.send(WINDOW, stream.number, struct.pack(">I", stream.written))
            stream.written = 0
        if stream.host_ended and not stream.pending and not stream.write_error:
            try:
                stream.connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        self.finish(stream)

    def finish(self, stream):
        if stream.socket_ended and (stream.write_error or stream.host_ended and not stream.pending):
            self.send(CLOSE, stream.number, stream.write_error.encode())
            self.forget(stream)
        else:
            self.update(stream)

    def forget(self, stream):
        self.streams.pop(stream.number, None)
        if stream.interest:
            self.selector.unregister(stream.connection)
            stream.interest = 0
        stream.connection.close()


if __name__ == "__main__":
    try:
        Relay(sys.argv[1]).run()
    except (BrokenPipeError, KeyboardInterrupt):
        pass
