"""Unit tests of storlets without any server: the real file objects over temporary files.

    from storlet_testing import run_storlet
    result = run_storlet(MyStorlet, b"input", params={"top": "3"})
    assert result.output == b"..."
"""
import os
import tempfile

from storlet_runtime.files import StorletInputFile, StorletLogger, StorletOutputFile, StorletRangeInputFile

__all__ = ["Input", "Result", "run_storlet"]


class Input:
    """An input: bytes, metadata, and as `cut` the first and the last byte that the storlet sees, as X-Storlet-Range gives them."""

    def __init__(self, content=b"", metadata=None, cut=None):
        self.content = content
        self.metadata = dict(metadata or {})
        self.cut = cut

    def _open(self):
        fd = _temporary_file(self.content)
        if self.cut is None:
            return StorletInputFile(self.metadata, fd)
        first, last = self.cut
        return StorletRangeInputFile(self.metadata, fd, first, last + 1)


class Result:
    """What a run left: `output` bytes, `metadata` as it was set (None where it was not), `logs` as (level, text), and whether the output was closed."""

    def __init__(self, output, metadata, logs, closed):
        self.output = output
        self.metadata = metadata
        self.logs = logs
        self.closed = closed


def run_storlet(storlet_class, content=b"", metadata=None, params=None, extra=(), cut=None, directory="."):
    """Runs a storlet once and returns its Result. What it raises comes through.

    `extra` are further Inputs, in order; `directory` is where its dependencies lie (the parameter `storlet_execution_path`).
    """
    logs = []
    inputs = [each._open() for each in [Input(content, metadata, cut)] + list(extra)]
    fd = _temporary_file(b"")
    reader = os.dup(fd)
    output = StorletOutputFile(lambda _text: None, fd)
    try:
        given = {key: str(value) for key, value in (params or {}).items()}
        given["storlet_execution_path"] = os.path.abspath(directory)
        storlet_class(StorletLogger(lambda level, text: logs.append((level, text))))(list(inputs), [output], given)
        closed = output.closed
        try:
            answered = output.get_metadata()
        except IOError:
            answered = None
        return Result(os.pread(reader, os.fstat(reader).st_size, 0), answered, logs, closed)
    finally:
        os.close(reader)
        for file in inputs + [output]:
            file.close()


def _temporary_file(content):
    """A descriptor of a file without a name, at its beginning."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        fd = os.dup(file.fileno())
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
