"""Unit tests: no server, no sandbox."""
import hashlib
import unittest

from storlet_name import StorletName
from storlet_testing import run_storlet


class StorletNameTest(unittest.TestCase):
    def test_adds_what_it_found_and_keeps_what_was_there(self):
        result = run_storlet(StorletName, b"abc", metadata={"Colour": "blue"}, params={"label": "first"})
        self.assertEqual(result.output, b"abc")
        digest = hashlib.sha256(b"abc").hexdigest()
        self.assertEqual(result.metadata, {"Colour": "blue", "Content-Bytes": "3", "Sha256": digest, "Label": "first"})

    def test_keeps_large_content_whole(self):
        content = bytes(range(256)) * 1000
        self.assertEqual(run_storlet(StorletName, content).output, content)


if __name__ == "__main__":
    unittest.main()
