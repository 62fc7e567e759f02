"""Unit tests: no server, no sandbox."""
import unittest

from storlet_name import StorletName
from storlet_testing import run_storlet


class StorletNameTest(unittest.TestCase):
    def test_passes_everything_through(self):
        result = run_storlet(StorletName, b"one\ntwo\n", metadata={"Colour": "blue"})
        self.assertEqual(result.output, b"one\ntwo\n")
        self.assertEqual(result.metadata, {"Colour": "blue"})
        self.assertEqual(result.logs, [("info", "2 lines")])
        self.assertTrue(result.closed)

    def test_takes_an_empty_object(self):
        self.assertEqual(run_storlet(StorletName, b"").output, b"")


if __name__ == "__main__":
    unittest.main()
