"""Unit tests: no server, no sandbox."""
import unittest

from storlet_name import StorletName
from storlet_testing import run_storlet

CONTENT = b"".join(b"line %d\n" % number for number in range(100))


class StorletNameTest(unittest.TestCase):
    def test_parts_make_up_the_object(self):
        for size in (1, 7, 64, 100, 10000):
            parts = []
            for start in range(0, len(CONTENT), size):
                first = start == 0
                begin = start if first else start - 1
                result = run_storlet(
                    StorletName,
                    CONTENT,
                    params={"first": "true" if first else "false", "length": start + size - begin},
                    cut=(begin, len(CONTENT) - 1),
                )
                parts.append(result.output)
            self.assertEqual(b"".join(parts), CONTENT, "parts of %d bytes" % size)

    def test_takes_everything_without_a_range(self):
        result = run_storlet(StorletName, b"one\ntwo")
        self.assertEqual(result.output, b"one\ntwo")
        self.assertEqual(result.logs, [("info", "2 lines")])


if __name__ == "__main__":
    unittest.main()
