"""The parts of agent and daemon that can be tested without a process: lines, budgets, failures, checks, the greeting."""
import os
import socket
import tempfile
import unittest

from storlet_runtime.check import check_source
from storlet_runtime.failures import describe
from storlet_runtime.lines import BURST_LINES, LINES_PER_SECOND, LINE_BYTES, LineBudget, LineSplitter, PrintedLines
from storlet_runtime.wire import Greeter, Loop, SocketsDirectory


class LineSplitterTest(unittest.TestCase):
    def test_lines_across_chunks(self):
        splitter = LineSplitter()
        self.assertEqual(splitter.feed(b"one\ntw"), ["one"])
        self.assertEqual(splitter.feed(b"o\r\n\nla"), ["two", ""])
        self.assertEqual(splitter.finish(), ["la"])
        self.assertEqual(splitter.finish(), [])

    def test_characters_across_chunks(self):
        splitter = LineSplitter()
        data = "grün\n".encode()
        self.assertEqual(splitter.feed(data[:3]) + splitter.feed(data[3:]), ["grün"])

    def test_a_line_without_end_comes_in_pieces(self):
        splitter = LineSplitter()
        pieces = splitter.feed(b"x" * (LINE_BYTES * 2 + 5))
        self.assertEqual([len(piece) for piece in pieces], [LINE_BYTES, LINE_BYTES])
        self.assertEqual(splitter.finish(), ["x" * 5])

    def test_bytes_that_are_no_text(self):
        self.assertEqual(LineSplitter().feed(b"\xff\n"), ["\ufffd"])


class LineBudgetTest(unittest.TestCase):
    def test_a_burst_then_a_rate(self):
        now = [0.0]
        budget = LineBudget(lambda: now[0])
        self.assertEqual(sum(budget.admit("x") for _ in range(BURST_LINES + 500)), BURST_LINES)
        self.assertEqual(budget.take_dropped(), 500)
        now[0] = 1.0
        self.assertEqual(sum(budget.admit("x") for _ in range(30000)), LINES_PER_SECOND)

    def test_many_bytes_count_too(self):
        budget = LineBudget(lambda: 0.0)
        self.assertLess(sum(budget.admit("x" * 1024 * 1024) for _ in range(100)), 20)

    def test_printed_lines_tell_of_dropped_ones(self):
        now = [0.0]
        printed = PrintedLines(lambda: now[0])
        lines, dropped = printed.feed(b"y\n" * (BURST_LINES + 10))
        self.assertEqual((len(lines), dropped, printed.is_dropping), (BURST_LINES, 0, True))
        self.assertEqual(printed.feed(b"y\n" * 1000), ([], 0))
        now[0] = 1.0
        lines, dropped = printed.feed(b"z\n" * 3 + b"rest")
        self.assertEqual((lines, dropped, printed.is_dropping), (["z", "z", "z"], 1010, False))
        self.assertEqual(printed.finish(), (["rest"], 0))


class DescribeTest(unittest.TestCase):
    def describe_running(self, source):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "mine.py")
            with open(path, "w") as file:
                file.write(source)
            try:
                exec(compile(source, path, "exec"), {"__name__": "mine"})
            except BaseException as error:
                return describe(error, directory)
        raise AssertionError("nothing was raised")

    def test_frames_are_named_in_the_bundle_and_outermost_first(self):
        found = self.describe_running("def inner():\n    raise KeyError('k')\n\ndef outer():\n    inner()\n\nouter()\n")
        frames = [(frame["file"], frame["line"], frame["function"]) for frame in found["frames"] if frame["file"] == "mine.py"]
        self.assertEqual(frames, [("mine.py", 7, "<module>"), ("mine.py", 5, "outer"), ("mine.py", 2, "inner")])
        self.assertEqual((found["type"], found["message"]), ("KeyError", "'k'"))
        self.assertIn("KeyError: 'k'", found["traceback"])

    def test_a_syntax_error_has_its_place_as_last_frame(self):
        found = self.describe_running("x = 1\ny = (\n")
        self.assertEqual((found["type"], found["frames"][-1]["file"]), ("SyntaxError", "mine.py"))

    def test_causes_are_in_the_traceback(self):
        found = self.describe_running("try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise RuntimeError('outer') from error\n")
        self.assertIn("ZeroDivisionError", found["traceback"])
        self.assertIn("direct cause", found["traceback"])

    def test_exceptions_that_cannot_be_printed(self):
        found = self.describe_running("class Odd(Exception):\n    def __str__(self):\n        raise ValueError('no')\nraise Odd()\n")
        self.assertEqual(found["message"], "<the exception has no printable message>")

    def test_endless_recursion_stays_small(self):
        found = self.describe_running("def f(n):\n    return g(n)\ndef g(n):\n    return f(n + 1)\nf(0)\n")
        self.assertEqual(found["type"], "RecursionError")
        self.assertLessEqual(len(found["frames"]), 100)
        self.assertLess(len(found["traceback"]), 300000)


class CheckTest(unittest.TestCase):
    def test_good_text(self):
        self.assertEqual(check_source("a.py", "def f():\n    return 1\n"), [])

    def test_errors_have_a_place(self):
        for source, line in (("x = (1\n", 1), ("def f():\nreturn 1\n", 2), ("a = 1\nb = = 2\n", 2), ("if x:\n\ty\n        z\n", 3)):
            found = check_source("a.py", source)
            self.assertEqual([(one["severity"], one["line"]) for one in found], [("error", line)], source)
            self.assertGreaterEqual(found[0]["column"], 1)

    def test_warnings_of_the_compiler(self):
        self.assertEqual([(one["severity"], one["line"]) for one in check_source("a.py", "x = 1\nassert (x, 'said')\n")], [("warning", 2)])

    def test_texts_that_are_no_source(self):
        self.assertEqual(len(check_source("a.py", "a\0b")), 1)


class LoopTest(unittest.TestCase):
    def setUp(self):
        self.loop = Loop()
        self.waits = []
        select = self.loop.selector.select

        class Selector:
            def select(_, timeout=None):
                self.waits.append(timeout)
                return select(0)

            def get_map(_):
                return {}

        self.loop.selector = Selector()

    def test_wakes_up_for_nothing_where_nothing_is_due(self):
        self.loop.run_once()
        self.loop.run_once(7)
        self.assertEqual(self.waits, [None, 7])

    def test_wakes_up_for_its_next_timer(self):
        self.loop.after(50, lambda: None)
        timer = self.loop.after(5, lambda: None)
        self.loop.run_once()
        self.loop.run_once(1)
        self.loop.drop_timer(timer)
        self.loop.run_once()
        self.assertEqual([round(wait) for wait in self.waits], [5, 1, 50])


class GreeterTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = os.path.join(self.directory.name, "s", "a.sock")
        self.loop = Loop()
        self.hellos = []
        self.sockets = SocketsDirectory(self.directory.name)
        self.listener = self.sockets.listen("a.sock")
        self.listener.setblocking(False)
        self.addCleanup(self.listener.close)
        self.greeter = Greeter(self.loop, self.listener, 200000, lambda connection, message: self.hellos.append((connection, message)), -1)

    def test_refuses_processes_below_the_agent(self):
        self.greeter.agent_pid = os.getpid()
        client = self.connect(b'{"op":"ping"}\n')
        self.loop.run_once()
        # What was sent is thrown away unread, which resets the connection.
        with self.assertRaises(ConnectionResetError):
            client.recv(10)
        self.assertEqual(self.hellos, [])

    def connect(self, data):
        client = socket.socket(socket.AF_UNIX)
        self.addCleanup(client.close)
        client.connect(self.path)
        client.sendall(data)
        return client

    def test_what_follows_the_first_line_stays_in_the_stream(self):
        self.connect(b'{"op":"x"}\nrest of it')
        self.loop.run_once()
        connection, message = self.hellos[0]
        self.addCleanup(connection.close)
        self.assertEqual(message, {"op": "x"})
        self.assertEqual(connection.recv(100), b"rest of it")

    def test_a_line_in_pieces_and_longer_than_one_look(self):
        text = "y" * 100000
        client = self.connect(b'{"op":"')
        self.loop.run_once()
        self.assertEqual(self.hellos, [])
        client.sendall(text.encode() + b'"}\nz')
        while not self.hellos:
            self.loop.run_once()
        connection, message = self.hellos[0]
        self.addCleanup(connection.close)
        self.assertEqual(message["op"], text)
        self.assertEqual(connection.recv(10), b"z")

    def test_bad_first_lines_close_the_connection(self):
        for data in (b"no json\n", b"[1]\n", b"\xff\n"):
            client = self.connect(data)
            self.loop.run_once()
            self.assertEqual(client.recv(10), b"", data)

    def test_a_first_line_without_end(self):
        client = self.connect(b"")
        client.setblocking(False)
        sent = 0
        try:
            while sent < 2000000:
                try:
                    sent += client.send(b"x" * 65536)
                except BlockingIOError:
                    pass
                self.loop.run_once()
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.assertLess(sent, 2000000)

    def test_a_path_that_is_too_long(self):
        self.assertRaisesRegex(OSError, "longer than 107", self.sockets.listen, "x" * 120)

    def test_sockets_are_made_where_their_directory_has_been_moved(self):
        if not self.sockets.is_movable:
            self.skipTest("there is no /proc")
        moved = os.path.join(self.directory.name, "elsewhere")
        os.rename(os.path.join(self.directory.name, "s"), moved)
        self.sockets.listen("b.sock").close()
        self.assertEqual(sorted(os.listdir(moved)), ["a.sock", "b.sock"])
        self.sockets.remove("b.sock")
        self.sockets.remove("b.sock")
        self.assertEqual(os.listdir(moved), ["a.sock"])
