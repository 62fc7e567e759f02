"""The objects a Python storlet works with: input and output files, and the logger. Behaviour follows OpenStack Storlets."""
import copy
import io
import json
import os

BUFFER_BYTES = 256 * 1024
#: For files: what is asked for in such pieces needs no copy of a copy.
FILE_BUFFER_BYTES = 64 * 1024
METADATA_BYTES = 4096


class BadMetadata(IOError):
    """Output metadata that cannot be sent."""


def title_case(key):
    """Swift title-cases header names byte by byte: letters outside ASCII stay."""
    try:
        return key.encode("latin-1").title().decode("latin-1")
    except UnicodeEncodeError:
        return key


class StorletFile:
    """What both kinds of file share. The descriptor belongs to the file."""

    def __init__(self, fd):
        self._fd = fd
        self._closed = False

    @property
    def closed(self):
        return self._closed

    def fileno(self):
        self._check_open()
        return self._fd

    def _check_open(self):
        if self._closed:
            raise ValueError("I/O operation on closed file")

    def __enter__(self):
        self._check_open()
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        raise NotImplementedError()

    def seek(self, *_args, **_kwargs):
        raise NotImplementedError()


class StorletInputFile(StorletFile):
    """An input: bytes, read once, not seekable."""

    mode = "rb"

    def __init__(self, metadata, fd, buffer_bytes=BUFFER_BYTES):
        super().__init__(fd)
        self._metadata = {title_case(key): value for key, value in metadata.items()}
        self._reader = io.BufferedReader(self._raw(fd), buffer_bytes)

    def _raw(self, fd):
        return io.FileIO(fd, "rb")

    def get_metadata(self):
        return copy.deepcopy(self._metadata)

    def read(self, size=-1):
        self._check_open()
        return self._reader.read(-1 if size is None or size < 0 else size)

    def readline(self, size=-1):
        self._check_open()
        return self._reader.readline(-1 if size is None or size < 0 else size)

    def readlines(self, sizehint=-1):
        """As upstream: the hint limits the length of each line and never ends the list early."""
        self._check_open()
        limit = -1 if sizehint is None or sizehint <= 0 else sizehint
        return list(iter(lambda: self.readline(limit), b""))

    def __iter__(self):
        self._check_open()
        return self

    def __next__(self):
        """As upstream: iterating yields all that remains as one chunk, not lines."""
        rest = self.read()
        if not rest:
            raise StopIteration()
        return rest

    next = __next__

    def close(self):
        if not self._closed:
            self._closed = True
            self._reader.close()

    def set_metadata(self, *_args, **_kwargs):
        raise NotImplementedError()

    def write(self, *_args, **_kwargs):
        raise NotImplementedError()

    def writelines(self, *_args, **_kwargs):
        raise NotImplementedError()

    def flush(self):
        raise NotImplementedError()


class _RangeReader(io.RawIOBase):
    """The bytes from `start` up to `end` (exclusive) of a stream that cannot seek."""

    def __init__(self, fd, start, end):
        super().__init__()
        self._raw = io.FileIO(fd, "rb")
        self._skip = start
        self._left = max(0, end - start)

    def readable(self):
        return True

    def readinto(self, buffer):
        while self._skip > 0 and self._left > 0:
            skipped = self._raw.read(min(self._skip, BUFFER_BYTES))
            if not skipped:
                return 0
            self._skip -= len(skipped)
        if self._left == 0:
            return 0
        count = self._raw.readinto(memoryview(buffer)[: self._left])
        self._left -= count
        return count

    def close(self):
        self._raw.close()
        super().close()


class StorletRangeInputFile(StorletInputFile):
    """An input of which the storlet sees one range: `end` is exclusive."""

    def __init__(self, metadata, fd, start, end):
        self._start = start
        self._end = end
        super().__init__(metadata, fd)

    def _raw(self, fd):
        return _RangeReader(fd, self._start, self._end)


class StorletOutputFile(StorletFile):
    """The output: metadata once, then bytes, sent as they are written."""

    mode = "wb"

    def __init__(self, send_metadata, fd):
        super().__init__(fd)
        self._send_metadata = send_metadata
        self._metadata = None
        #: True once a write found that nobody reads any more.
        self.reader_gone = False
        #: What the contract check is told: a write that came too early, and the size of the metadata as JSON.
        self.data_before_metadata = False
        self.metadata_bytes = None

    def get_metadata(self):
        if self._metadata is None:
            raise IOError("Metadata is not set yet")
        return copy.deepcopy(self._metadata)

    def set_metadata(self, metadata):
        if self._metadata is not None or self._closed:
            raise IOError("Sending metadata twice is not allowed")
        if not isinstance(metadata, dict):
            raise BadMetadata("Output metadata must be a dict, not %s" % type(metadata).__name__)
        try:
            text = json.dumps(metadata, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise BadMetadata("Output metadata cannot be written as JSON: %s" % error) from error
        self.metadata_bytes = len(text)
        if len(text) > METADATA_BYTES:
            raise BadMetadata("Output metadata is %d bytes of JSON; at most %d are allowed" % (len(text), METADATA_BYTES))
        self._metadata = copy.deepcopy(metadata)
        self._send_metadata(text)

    def write(self, data):
        self._check_open()
        if self._metadata is None:
            self.data_before_metadata = True
            raise IOError("Body should be sent after metadata is sent")
        try:
            if type(data) is bytes:
                written = os.write(self._fd, data)
                if written == len(data):
                    return written
                left = memoryview(data)[written:]
            else:
                left = memoryview(data).cast("B")
                written = 0
            while left:
                count = os.write(self._fd, left)
                written += count
                left = left[count:]
            return written
        except (BrokenPipeError, ConnectionResetError):
            self.reader_gone = True
            raise

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        """Writes are never held back: there is nothing to flush."""
        self._check_open()

    def close(self):
        if not self._closed:
            self._closed = True
            os.close(self._fd)

    def read(self, *_args, **_kwargs):
        raise NotImplementedError()

    def readline(self, *_args, **_kwargs):
        raise NotImplementedError()

    def readlines(self, *_args, **_kwargs):
        raise NotImplementedError()

    def __iter__(self):
        raise NotImplementedError()

    def __next__(self):
        raise NotImplementedError()

    next = __next__


class StorletLogger:
    """A storlet's logger: each call is one entry, sent at once. `emit(level, text)` is told every message."""

    def __init__(self, emit):
        self._emit = emit
        self._closed = False

    @property
    def closed(self):
        return self._closed

    def _log(self, level, message):
        if self._closed:
            raise ValueError("I/O operation on closed file")
        text = message if isinstance(message, str) else str(message)
        # Upstream adds no line end, so authors add their own.
        self._emit(level, text[:-1] if text.endswith("\n") else text)

    def debug(self, message):
        self._log("debug", message)

    def info(self, message):
        self._log("info", message)

    def warning(self, message):
        self._log("warn", message)

    warn = warning

    def error(self, message):
        self._log("error", message)

    def exception(self, *_args, **_kwargs):
        raise NotImplementedError()

    def close(self):
        self._closed = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
