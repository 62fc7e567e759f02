"""The file objects and the logger as storlets see them."""
import os
import socket
import threading
import unittest

from storlet_runtime.files import BadMetadata, StorletInputFile, StorletLogger, StorletOutputFile, StorletRangeInputFile


def input_of(data, metadata=None, cut=None):
    """An input file whose other end is fed by a thread, as the engine does."""
    ours, theirs = socket.socketpair()

    def feed():
        try:
            theirs.sendall(data)
        except OSError:
            pass
        theirs.close()

    threading.Thread(target=feed, daemon=True).start()
    if cut is None:
        return StorletInputFile(metadata or {}, ours.detach())
    return StorletRangeInputFile(metadata or {}, ours.detach(), *cut)


class Sink:
    """An output file and what arrives at the other end of it."""

    def __init__(self):
        ours, self.theirs = socket.socketpair()
        self.metadata = []
        self.file = StorletOutputFile(self.metadata.append, ours.detach())
        self.received = bytearray()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while True:
            try:
                chunk = self.theirs.recv(65536)
            except OSError:
                return
            if not chunk:
                return
            self.received += chunk

    def content(self):
        self.file.close()
        self.thread.join()
        return bytes(self.received)


LINES = b"one\ntwo\n\nfour without end"


class InputFileTest(unittest.TestCase):
    def test_read_returns_everything_then_nothing(self):
        file = input_of(b"abc" * 100000)
        self.assertEqual(file.read(), b"abc" * 100000)
        self.assertEqual(file.read(), b"")
        self.assertEqual(file.read(5), b"")

    def test_read_returns_exactly_the_size_asked_for(self):
        data = os.urandom(3000000)
        file = input_of(data)
        at = 0
        for size in (1, 16, 1000, 65536, 262144, 1000000, 0, 7):
            self.assertEqual(file.read(size), data[at : at + size], size)
            at += size
        self.assertEqual(file.read(len(data)), data[at:])

    def test_negative_and_missing_sizes_read_everything(self):
        for size in (-1, -7, None):
            self.assertEqual(input_of(b"abc").read(size), b"abc")

    def test_readline_keeps_line_ends(self):
        file = input_of(LINES)
        self.assertEqual([file.readline() for _ in range(5)], [b"one\n", b"two\n", b"\n", b"four without end", b""])

    def test_readline_stops_at_its_limit(self):
        file = input_of(LINES)
        self.assertEqual([file.readline(2), file.readline(2), file.readline(9)], [b"on", b"e\n", b"two\n"])

    def test_lines_longer_than_any_buffer(self):
        line = b"x" * 1000000 + b"\n"
        file = input_of(line + b"y")
        self.assertEqual([file.readline(), file.readline()], [line, b"y"])

    def test_readlines_lists_all_lines(self):
        self.assertEqual(input_of(LINES).readlines(), [b"one\n", b"two\n", b"\n", b"four without end"])

    def test_readlines_hint_limits_each_line_and_never_ends_the_list(self):
        self.assertEqual(input_of(b"abcdef\ngh\n").readlines(4), [b"abcd", b"ef\n", b"gh\n"])

    def test_iterating_yields_all_that_remains_as_one_chunk(self):
        file = input_of(LINES)
        file.readline()
        self.assertEqual(list(file), [b"two\n\nfour without end"])
        self.assertEqual(list(file), [])

    def test_next(self):
        file = input_of(LINES)
        self.assertEqual(file.next(), LINES)
        self.assertRaises(StopIteration, file.next)

    def test_mixing_reads_and_lines(self):
        file = input_of(b"ab\ncd\nef")
        self.assertEqual([file.read(1), file.readline(), file.read(2), file.readline(), file.read()], [b"a", b"b\n", b"cd", b"\n", b"ef"])

    def test_metadata_is_title_cased_and_a_deep_copy(self):
        file = input_of(b"", {"x-small key": "v", "snake_case": {"deep": [1]}, "Done": "d"})
        metadata = file.get_metadata()
        self.assertEqual(metadata, {"X-Small Key": "v", "Snake_Case": {"deep": [1]}, "Done": "d"})
        metadata["Snake_Case"]["deep"].append(2)
        metadata["new"] = 1
        self.assertEqual(file.get_metadata(), {"X-Small Key": "v", "Snake_Case": {"deep": [1]}, "Done": "d"})

    def test_title_case_leaves_letters_outside_ascii(self):
        self.assertEqual(list(input_of(b"", {"caf\u00e9-\u00e9t\u00e9": "1", "\u043a\u043b\u044e\u0447": "2"}).get_metadata()), ["Caf\u00e9-\u00e9T\u00e9", "\u043a\u043b\u044e\u0447"])

    def test_what_inputs_cannot_do(self):
        file = input_of(b"abc")
        for call in (lambda: file.set_metadata({}), lambda: file.write(b""), lambda: file.writelines([]), file.flush, lambda: file.seek(0)):
            self.assertRaises(NotImplementedError, call)

    def test_closing(self):
        file = input_of(b"abc")
        fd = file.fileno()
        self.assertFalse(file.closed)
        file.close()
        file.close()
        self.assertTrue(file.closed)
        self.assertRaises(OSError, os.fstat, fd)
        for call in (file.read, file.readline, file.readlines, lambda: iter(file), file.fileno):
            self.assertRaisesRegex(ValueError, "I/O operation on closed file", call)

    def test_context_manager_closes(self):
        with input_of(b"abc") as file:
            self.assertEqual(file.read(), b"abc")
        self.assertTrue(file.closed)


class RangeInputFileTest(unittest.TestCase):
    DATA = bytes(range(256)) * 4000

    def test_ranges(self):
        size = len(self.DATA)
        for start, end in ((0, 1), (1, 7), (0, size), (5, 5), (size - 3, size), (size - 3, size + 50), (size + 10, size + 20), (300000, 900000)):
            self.assertEqual(input_of(self.DATA, cut=(start, end)).read(), self.DATA[start:end], (start, end))

    def test_reads_stop_at_the_end_of_the_range(self):
        file = input_of(self.DATA, cut=(10, 20))
        self.assertEqual([file.read(4), file.read(100), file.read(1)], [self.DATA[10:14], self.DATA[14:20], b""])

    def test_lines_within_a_range(self):
        self.assertEqual(input_of(b"ab\ncd\nef\n", cut=(1, 7)).readlines(), [b"b\n", b"cd\n", b"e"])

    def test_iterating_a_range(self):
        self.assertEqual(list(input_of(b"abcdef", cut=(1, 4))), [b"bcd"])

    def test_metadata_and_closing(self):
        file = input_of(b"abc", {"a": "b"}, cut=(0, 2))
        fd = file.fileno()
        self.assertEqual(file.get_metadata(), {"A": "b"})
        file.close()
        self.assertRaises(OSError, os.fstat, fd)


class OutputFileTest(unittest.TestCase):
    def test_metadata_then_data(self):
        sink = Sink()
        sink.file.set_metadata({"a": "b", "n": 1, "yes": True, "none": None})
        self.assertEqual(sink.metadata, ['{"a": "b", "n": 1, "yes": true, "none": null}'])
        self.assertEqual(sink.file.write(b"abc"), 3)
        sink.file.writelines([b"d", bytearray(b"e"), memoryview(b"f")])
        sink.file.flush()
        self.assertEqual(sink.content(), b"abcdef")

    def test_large_writes_arrive_whole(self):
        data = os.urandom(5000000)
        sink = Sink()
        sink.file.set_metadata({})
        self.assertEqual(sink.file.write(data), len(data))
        self.assertEqual(sink.file.write(bytearray(data)), len(data))
        self.assertEqual(sink.content(), data + data)

    def test_data_before_metadata(self):
        sink = Sink()
        for call in (lambda: sink.file.write(b"a"), lambda: sink.file.writelines([b"a"])):
            self.assertRaisesRegex(IOError, "^Body should be sent after metadata is sent$", call)
        self.assertEqual(sink.content(), b"")

    def test_metadata_twice(self):
        sink = Sink()
        sink.file.set_metadata({"a": "b"})
        self.assertRaisesRegex(IOError, "^Sending metadata twice is not allowed$", sink.file.set_metadata, {})
        self.assertEqual(sink.file.get_metadata(), {"a": "b"})

    def test_metadata_after_close(self):
        sink = Sink()
        sink.file.close()
        self.assertRaisesRegex(IOError, "^Sending metadata twice is not allowed$", sink.file.set_metadata, {})

    def test_metadata_is_copied(self):
        sink = Sink()
        self.assertRaisesRegex(IOError, "^Metadata is not set yet$", sink.file.get_metadata)
        given = {"a": [1]}
        sink.file.set_metadata(given)
        given["a"].append(2)
        sink.file.get_metadata()["a"].append(3)
        self.assertEqual(sink.file.get_metadata(), {"a": [1]})

    def test_metadata_of_4096_bytes_passes_and_one_more_does_not(self):
        fits = {"k": "v" * (4096 - len('{"k": ""}'))}
        sink = Sink()
        sink.file.set_metadata(fits)
        self.assertEqual(len(sink.metadata[0]), 4096)
        too_large = Sink()
        self.assertRaisesRegex(BadMetadata, "4097 bytes of JSON; at most 4096", too_large.file.set_metadata, {"k": fits["k"] + "v"})
        self.assertEqual(too_large.metadata, [])
        too_large.file.set_metadata({})

    def test_metadata_that_is_no_json_object(self):
        for bad in ([], "a", None, {"a": b"bytes"}, {"a": float("nan")}, {("a",): 1}):
            self.assertRaises(BadMetadata, Sink().file.set_metadata, bad)
        self.assertTrue(issubclass(BadMetadata, IOError))

    def test_what_outputs_cannot_do(self):
        file = Sink().file
        for call in (file.read, file.readline, file.readlines, lambda: iter(file), file.next, lambda: file.seek(0)):
            self.assertRaises(NotImplementedError, call)

    def test_text_is_refused(self):
        sink = Sink()
        sink.file.set_metadata({})
        self.assertRaises(TypeError, sink.file.write, "text")

    def test_closing(self):
        sink = Sink()
        fd = sink.file.fileno()
        sink.file.set_metadata({})
        with sink.file as file:
            file.write(b"a")
        self.assertTrue(sink.file.closed)
        sink.file.close()
        self.assertRaises(OSError, os.fstat, fd)
        self.assertRaisesRegex(ValueError, "I/O operation on closed file", sink.file.write, b"a")
        self.assertRaisesRegex(ValueError, "I/O operation on closed file", sink.file.flush)

    def test_a_reader_that_is_gone(self):
        sink = Sink()
        sink.file.set_metadata({})
        sink.theirs.shutdown(socket.SHUT_RDWR)
        sink.theirs.close()

        def write_on():
            for _ in range(1000):
                sink.file.write(b"x" * 65536)

        self.assertRaises(OSError, write_on)
        self.assertTrue(sink.file.reader_gone)


class LoggerTest(unittest.TestCase):
    def setUp(self):
        self.entries = []
        self.logger = StorletLogger(lambda level, text: self.entries.append((level, text)))

    def test_levels(self):
        for name in ("debug", "info", "warn", "warning", "error"):
            getattr(self.logger, name)(name)
        self.assertEqual(self.entries, [("debug", "debug"), ("info", "info"), ("warn", "warn"), ("warn", "warning"), ("error", "error")])

    def test_one_line_end_is_taken_off_and_inner_ones_stay(self):
        self.logger.info("a\nb\n")
        self.logger.info(42)
        self.assertEqual(self.entries, [("info", "a\nb"), ("info", "42")])

    def test_takes_one_message_and_no_arguments(self):
        self.assertRaises(TypeError, self.logger.info, "%s", "a")
        self.assertRaises(NotImplementedError, self.logger.exception, "a")

    def test_closing(self):
        with self.logger as logger:
            logger.info("a")
        self.assertTrue(logger.closed)
        self.assertRaises(ValueError, logger.info, "b")
