"""A connection with lines to send: closed after the last one, or kept open for a watcher. Bounded, never blocking."""
from .wire import close_quietly, encode

UNSENT_BYTES = 4 * 1024 * 1024


class Answer:
    def __init__(self, loop, connection, on_gone):
        self.loop = loop
        self.connection = connection
        self.on_gone = on_gone
        self.unsent = bytearray()
        self.last = False
        loop.read(connection, self._on_ready)

    def send(self, message, last=False):
        if self.connection is None or len(self.unsent) > UNSENT_BYTES:
            return
        self.unsent += encode(message)
        self.last = self.last or last
        self._flush()

    def _flush(self):
        try:
            while self.unsent:
                del self.unsent[: self.connection.send(self.unsent)]
        except BlockingIOError:
            self.loop.watch(self.connection, 3, self._on_ready)
            return
        except OSError:
            self.close()
            return
        if self.last:
            self.close()
        else:
            self.loop.watch(self.connection, 1, self._on_ready)

    def _on_ready(self, mask):
        if mask & 2:
            self._flush()
        if self.connection is not None and mask & 1:
            try:
                if self.connection.recv(4096):
                    return
            except BlockingIOError:
                return
            except OSError:
                pass
            self.close()

    def close(self):
        if self.connection is not None:
            self.loop.forget(self.connection)
            close_quietly(self.connection)
            self.connection = None
            self.on_gone()
