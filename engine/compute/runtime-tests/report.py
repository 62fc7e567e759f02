"""Runs the unit tests of this directory and prints one JSON line per test: name, and what went wrong or null."""
import json
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])


class Report(unittest.TestResult):
    def tell(self, test, failure):
        # Without the module: `InputFileTest.test_next`.
        print(json.dumps({"name": test.id().split(".", 1)[1], "failure": failure}), flush=True)

    def addSuccess(self, test):
        self.tell(test, None)

    def addFailure(self, test, error):
        self.tell(test, self._exc_info_to_string(error, test))

    addError = addFailure


unittest.defaultTestLoader.discover(HERE).run(Report())
