"""The helpers for unit tests of storlets: the same objects as in a sandbox."""
import unittest

from storlet_testing import Input, run_storlet


class Probe:
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        self.logger.info("begun")
        if params.get("op") == "early":
            out_files[0].write(b"x")
        if params.get("op") == "nothing":
            return
        out_files[0].set_metadata({key: value for each in in_files for key, value in each.get_metadata().items()})
        for each in in_files:
            out_files[0].write(each.read())
        out_files[0].write(params["storlet_execution_path"].encode())


class RunStorletTest(unittest.TestCase):
    def test_several_inputs_metadata_and_logs(self):
        result = run_storlet(Probe, b"one", metadata={"my-key": "v"}, extra=[Input(b"two", {"b": "w"})], directory="/somewhere")
        self.assertEqual(result.output, b"onetwo/somewhere")
        self.assertEqual(result.metadata, {"My-Key": "v", "B": "w"})
        self.assertEqual(result.logs, [("info", "begun")])
        self.assertFalse(result.closed)

    def test_a_range_has_both_its_ends(self):
        self.assertEqual(run_storlet(Probe, b"0123456789", cut=(1, 3), directory="/").output, b"123/")

    def test_what_it_raises_comes_through(self):
        with self.assertRaises(IOError):
            run_storlet(Probe, params={"op": "early"})

    def test_no_metadata(self):
        self.assertIsNone(run_storlet(Probe, params={"op": "nothing"}).metadata)
