"""The forked child of one invocation: builds the storlet's objects, calls it, reports how it went. Never returns to the daemon."""
import os
import sys

from .failures import describe
from .files import BUFFER_BYTES, FILE_BUFFER_BYTES, BadMetadata, StorletInputFile, StorletLogger, StorletOutputFile, StorletRangeInputFile
from .lines import LineBudget
from .wire import encode

LOG_TEXT_CHARACTERS = 256 * 1024


class Reporter:
    """Events to the daemon: whole lines on a blocking pipe, so a daemon that is behind slows this child only."""

    def __init__(self, fd):
        self._fd = fd
        self._budget = LineBudget()

    def send(self, line):
        while line:
            line = line[os.write(self._fd, line) :]

    def log(self, level, text):
        if len(text) > LOG_TEXT_CHARACTERS:
            text = text[:LOG_TEXT_CHARACTERS] + " … cut"
        if not self._budget.admit(text):
            return
        self.finish_logs()
        self.send(encode({"event": "log", "level": level, "text": text}))

    def finish_logs(self):
        dropped = self._budget.take_dropped()
        if dropped:
            self.send(encode({"event": "dropped", "source": "log", "lines": dropped}))

    def contract(self, output, file_bytes=0):
        """How the storlet treated its output, before what it left open is closed, and how much it has read of stored files."""
        closed = b"true" if output.closed else b"false"
        early = b"true" if output.data_before_metadata else b"false"
        size = b"null" if output.metadata_bytes is None else b"%d" % output.metadata_bytes
        facts = (closed, early, size, file_bytes)
        self.send(b'{"event":"contract","outputClosed":%s,"dataBeforeMetadata":%s,"metadataBytes":%s,"fileBytes":%d}\n' % facts)

    def metadata(self, text):
        self.send(b'{"event":"metadata","metadata":' + text.encode("ascii") + b"}\n")


def make_text_streams_live():
    """Lines of `print` leave at once; a text that cannot be encoded is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
        except (AttributeError, ValueError):
            pass


def open_input(description, fd):
    metadata = description.get("metadata") or {}
    cut = description.get("range")
    if cut is None:
        return StorletInputFile(metadata, fd, FILE_BUFFER_BYTES if "file" in description else BUFFER_BYTES)
    return StorletRangeInputFile(metadata, fd, int(cut["start"]), int(cut["end"]))


def report_failure(reporter, error, outputs, bundle_directory):
    if isinstance(error, SystemExit) and error.code in (None, 0):
        return
    if isinstance(error, (BrokenPipeError, ConnectionResetError)) and any(output.reader_gone for output in outputs):
        reporter.send(encode({"event": "reader-gone"}))
        return
    event = describe(error, bundle_directory)
    if isinstance(error, BadMetadata):
        event["badMetadata"] = True
    reporter.send(encode(event))


def warm_up():
    """Uses once what every run uses: pages that a fork shares are copied now, not while somebody waits."""
    null = os.open(os.devnull, os.O_RDWR)
    reporter = Reporter(null)
    reporter.log("debug", "")
    source = StorletInputFile({"Key": ""}, os.dup(null))
    sink = StorletOutputFile(reporter.metadata, os.dup(null))
    sink.set_metadata(source.get_metadata())
    sink.write(source.read(1))
    reporter.contract(sink)
    source.close()
    sink.close()
    os.close(null)


def run(storlet_class, spec, input_fds, output_fd, events_fd, bundle_directory):
    """Runs one invocation and returns the exit code of this process."""
    make_text_streams_live()
    reporter = Reporter(events_fd)
    logger = StorletLogger(reporter.log)
    params = dict(spec.get("params") or {})
    params["storlet_execution_path"] = bundle_directory
    descriptions = spec.get("inputs") or []
    # Copies share the position: what was read is known even of a file that the storlet has closed.
    positions = [os.dup(fd) for description, fd in zip(descriptions, input_fds) if "file" in description]
    inputs = [open_input(description, fd) for description, fd in zip(descriptions, input_fds)]
    outputs = [StorletOutputFile(reporter.metadata, output_fd)]
    code = 0
    try:
        storlet_class(logger)(list(inputs), list(outputs), params)
    except BaseException as error:  # noqa: B902 - a storlet may raise anything, and all of it is its author's to see
        code = 1
        if isinstance(error, SystemExit) and error.code in (None, 0):
            code = 0
        report_failure(reporter, error, outputs, bundle_directory)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass
    reporter.finish_logs()
    reporter.contract(outputs[0], sum(os.lseek(fd, 0, os.SEEK_CUR) for fd in positions))
    for file in outputs + inputs:
        try:
            file.close()
        except OSError:
            pass
    return code
