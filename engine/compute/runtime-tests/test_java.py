"""Which Java a sandbox has, and how it is started: on directories that look like installed Javas."""
import os
import tempfile
import unittest
from unittest import mock

from storlet_runtime import java


def install(root, version='JAVA_VERSION="17.0.15"', javac=True):
    """A Java as it lies in the file system; returns the PATH by which it is found."""
    home = os.path.join(root, "jvm")
    os.makedirs(os.path.join(home, "bin"))
    for name in ["java"] + (["javac"] if javac else []):
        path = os.path.join(home, "bin", name)
        with open(path, "w") as file:
            file.write("#!/bin/sh\n")
        os.chmod(path, 0o755)
    if version is not None:
        with open(os.path.join(home, "release"), "w") as file:
            file.write('IMPLEMENTOR="x"\n%s\n' % version)
    links = os.path.join(root, "links")
    os.makedirs(links)
    os.symlink(os.path.join(home, "bin", "java"), os.path.join(links, "java"))
    return links


class FindJava(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name

    def java(self, path):
        with mock.patch.dict(os.environ, {"PATH": path}):
            return java.Java()

    def test_version_comes_from_the_release_file(self):
        found = self.java(install(self.root))
        self.assertEqual((found.version, found.feature), ("17.0.15", 17))
        found.check_compiler()

    def test_no_java(self):
        with self.assertRaisesRegex(java.JavaMissing, "no java on the PATH"):
            self.java(self.root)

    def test_java_that_is_too_old(self):
        with self.assertRaisesRegex(java.JavaMissing, "11.0.2 is too old: 17"):
            self.java(install(self.root, 'JAVA_VERSION="11.0.2"'))

    def test_java_8_counts_otherwise(self):
        with self.assertRaisesRegex(java.JavaMissing, "1.8.0_402 is too old"):
            self.java(install(self.root, 'JAVA_VERSION="1.8.0_402"'))

    def test_java_that_says_no_version(self):
        with self.assertRaisesRegex(java.JavaMissing, "says its version"):
            self.java(install(self.root, None))

    def test_runtime_without_compiler(self):
        found = self.java(install(self.root, javac=False))
        with self.assertRaisesRegex(java.JavaMissing, "a JDK is needed"):
            found.check_compiler()

    def test_class_path_has_the_runtime_then_the_storlet_then_its_dependencies(self):
        bundle = os.path.join(self.root, "bundle")
        os.makedirs(os.path.join(bundle, "more"))
        for name in ("a.jar", "storlet-1.0.jar", "get42", "more/z.jar"):
            with open(os.path.join(bundle, name), "w"):
                pass
        spec = {"directory": bundle, "name": "storlet-1.0.jar", "runtime": "/r/runtime.jar"}
        with mock.patch.dict(os.environ, {"PATH": install(self.root)}):
            command = java.daemon_command(spec, {"key": "k"}, 1 << 30)
        names = ["storlet-1.0.jar", "a.jar", "more/z.jar"]
        self.assertEqual(command[command.index("-cp") + 1], ":".join(["/r/runtime.jar"] + [os.path.join(bundle, name) for name in names]))
        self.assertIn("-XX:MaxRAM=%d" % (1 << 30), command)

    def test_compiler_builds_the_runtime_where_there_is_none(self):
        with mock.patch.dict(os.environ, {"PATH": install(self.root)}):
            self.assertTrue(any(part.endswith("Bootstrap.java") for part in java.compiler_command({}, {}, 0)))
            self.assertIn("studio.compiler.Compiler", java.compiler_command({"runtime": "/r/runtime.jar"}, {}, 0))

    def test_sources_have_a_digest(self):
        self.assertRegex(java.digest_of_sources(), "^[0-9a-f]{64}$")
        self.assertEqual(java.digest_of_sources(), java.digest_of_sources())


if __name__ == "__main__":
    unittest.main()
