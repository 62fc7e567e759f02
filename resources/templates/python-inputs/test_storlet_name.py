"""Unit tests: no server, no sandbox."""
import unittest

from storlet_name import StorletName
from storlet_testing import Input, run_storlet


class StorletNameTest(unittest.TestCase):
    def test_leaves_out_what_others_have(self):
        result = run_storlet(StorletName, b"a\nb\nc\n", extra=[Input(b"a\n"), Input(b"c")])
        self.assertEqual(result.output, b"b\n")
        self.assertEqual(result.metadata, {"Compared-With": "2"})
        self.assertEqual(result.logs, [("info", "1 lines are new")])

    def test_keeps_everything_of_a_lone_object(self):
        self.assertEqual(run_storlet(StorletName, b"a\nb\n").output, b"a\nb\n")


if __name__ == "__main__":
    unittest.main()
