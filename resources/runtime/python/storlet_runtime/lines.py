"""Lines out of byte chunks, and how many of them one run may send. Both are bounded."""
import time

#: While lines are dropped, a pipe is read once per this time: whoever prints without end is slowed, not served.
DROPPING_PAUSE_SECONDS = 0.005

LINE_BYTES = 65536
BURST_LINES = 20000
BURST_BYTES = 8 * 1024 * 1024
LINES_PER_SECOND = 15000
BYTES_PER_SECOND = 4 * 1024 * 1024


class LineSplitter:
    """Bytes to lines of text. A line longer than 64 KiB is passed on in pieces."""

    def __init__(self):
        self._rest = b""

    def feed(self, chunk):
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        while len(self._rest) >= LINE_BYTES:
            lines.append(self._rest[:LINE_BYTES])
            self._rest = self._rest[LINE_BYTES:]
        return [self._text(line) for line in lines]

    def finish(self):
        rest, self._rest = self._rest, b""
        return [self._text(rest)] if rest else []

    @staticmethod
    def _text(line):
        if line.endswith(b"\r"):
            line = line[:-1]
        return line.decode("utf-8", "replace")


class LineBudget:
    """A token bucket: a generous burst, then a steady rate. What does not fit is counted and told once lines pass again."""

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._lines = float(BURST_LINES)
        self._bytes = float(BURST_BYTES)
        self._at = clock()
        self.dropped = 0

    def has_room(self):
        now = self._clock()
        elapsed = now - self._at
        self._at = now
        self._lines = min(BURST_LINES, self._lines + elapsed * LINES_PER_SECOND)
        self._bytes = min(BURST_BYTES, self._bytes + elapsed * BYTES_PER_SECOND)
        # After a drop, wait for some room: one notice per 100 lines, not one per line.
        return self._lines >= (100 if self.dropped else 1) and self._bytes >= 0

    def admit(self, text):
        if not self.has_room():
            self.dropped += 1
            return False
        self._lines -= 1
        self._bytes -= len(text)
        return True

    def take_dropped(self):
        dropped, self.dropped = self.dropped, 0
        return dropped


class PrintedLines:
    """What a process prints, as lines within a budget."""

    def __init__(self, clock=time.monotonic):
        self._splitter = LineSplitter()
        self._budget = LineBudget(clock)

    def feed(self, chunk):
        """Lines to pass on, and how many were dropped before the first of them."""
        if self._budget.dropped and not self._budget.has_room():
            self._splitter.finish()
            self._budget.dropped += chunk.count(b"\n")
            return [], 0
        return self._admit(self._splitter.feed(chunk))

    def finish(self):
        """The unfinished last line, and what is still to be told of dropped ones."""
        lines, dropped = self._admit(self._splitter.finish())
        return lines, dropped + self._budget.take_dropped()

    @property
    def is_dropping(self):
        return self._budget.dropped > 0

    def _admit(self, texts):
        dropped = self._budget.dropped
        lines = [text for text in texts if self._budget.admit(text)]
        if not lines:
            return [], 0
        self._budget.dropped -= dropped
        return lines, dropped
