"""Runs the integration tests; leaves a JUnit report where WARD_TEST_REPORTS names a folder."""

import os
import pathlib
import sys
import time
import unittest
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "tools")]


class Recorder(unittest.TextTestResult):
    """Remembers each case for the report."""

    def __init__(self, *args):
        super().__init__(*args)
        self.cases = []
        self.began = 0.0

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def record(self, test, kind=None, text=""):
        self.cases.append((test.id(), time.monotonic() - self.began, kind, text))

    def addSuccess(self, test):
        self.record(test)
        super().addSuccess(test)

    def addFailure(self, test, error):
        self.record(test, "failure", self._exc_info_to_string(error, test))
        super().addFailure(test, error)

    def addError(self, test, error):
        self.record(test, "error", self._exc_info_to_string(error, test))
        super().addError(test, error)

    def addSkip(self, test, reason):
        self.record(test, "skipped", reason)
        super().addSkip(test, reason)

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.record(subtest, "failure", self._exc_info_to_string(error, test))
        super().addSubTest(test, subtest, error)


def write_report(path, cases):
    suite = xml.Element("testsuite", name="integration", tests=str(len(cases)))
    for name, seconds, kind, text in cases:
        head, _, tail = name.rpartition(".")
        case = xml.SubElement(suite, "testcase", classname=head, name=tail, time=f"{seconds:.3f}")
        if kind:
            xml.SubElement(case, kind, message=text.strip().splitlines()[-1] if text else "").text = text
    xml.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def main():
    loader = unittest.TestLoader()
    if "-k" in sys.argv:
        loader.testNamePatterns = [f"*{sys.argv[sys.argv.index('-k') + 1]}*"]
    suite = loader.discover(str(HERE), pattern="*_case.py")
    result = unittest.TextTestRunner(verbosity=2, resultclass=Recorder).run(suite)
    reports = os.environ.get("WARD_TEST_REPORTS")
    if reports:
        write_report(pathlib.Path(reports) / "integration.xml", result.cases)
    return 0 if result.wasSuccessful() and result.testsRun > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
