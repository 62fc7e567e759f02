"""How Java programs are started in this sandbox: which Java there is, its options, the class path of a bundle, and its last steps before it runs."""
import hashlib
import json
import os
import re
import shutil
import signal

from . import processes
from .failures import RUNTIME_DIRECTORY

JAVA_DIRECTORY = os.path.join(os.path.dirname(RUNTIME_DIRECTORY), "java")
OLDEST = 17
#: Of the sandbox's memory; the daemons of a scope share it, and each has needs beyond its heap.
DAEMON_HEAP_PERCENT = 50
COMPILER_HEAP_PERCENT = 25


class JavaMissing(Exception):
    """There is no Java that fits; the message says why."""


class Java:
    """A Java as it lies in the file system; asking it itself would take a tenth of a second."""

    def __init__(self):
        path = shutil.which("java")
        if path is None:
            raise JavaMissing("There is no java on the PATH.")
        self.path = os.path.realpath(path)
        self.home = os.path.dirname(os.path.dirname(self.path))
        self.version = self._read_version()
        match = re.match(r"\d+", self.version)
        self.feature = int(match.group()) if match else 0
        if self.feature < OLDEST:
            raise JavaMissing("Java %s is too old: %d or later is needed." % (self.version, OLDEST))

    def _read_version(self):
        try:
            with open(os.path.join(self.home, "release"), encoding="utf-8", errors="replace") as file:
                found = re.search(r'^JAVA_VERSION="?([^"\s]+)', file.read(), re.MULTILINE)
        except OSError:
            found = None
        if found is None:
            raise JavaMissing("%s belongs to no Java that says its version." % self.path)
        return found.group(1)

    def check_compiler(self):
        """Raises JavaMissing for a Java that can only run programs."""
        if not os.path.exists(os.path.join(self.home, "bin", "javac")):
            raise JavaMissing("Java %s is a runtime without a compiler: a JDK is needed." % self.version)


def digest_of_sources():
    """Names the state of the Java sources; another text, another digest."""
    digest = hashlib.sha256()
    for root, directories, files in os.walk(JAVA_DIRECTORY):
        directories.sort()
        for name in sorted(files):
            if name.endswith(".java"):
                with open(os.path.join(root, name), "rb") as file:
                    content = file.read()
                digest.update(("%s %d\n" % (os.path.relpath(os.path.join(root, name), JAVA_DIRECTORY), len(content))).encode())
                digest.update(content)
    return digest.hexdigest()


def _options(heap_percent, memory_bytes):
    """`memory_bytes` is 0 where Java finds the sandbox's limit by itself."""
    options = [
        "-XX:+UseSerialGC",
        "-XX:MaxRAMPercentage=%d" % heap_percent,
        # Classes of a big storlet fit; without a limit a leak of class loaders would take the whole sandbox.
        "-XX:MaxMetaspaceSize=256m",
        "-XX:ReservedCodeCacheSize=64m",
        "-XX:-UsePerfData",
        # Any process of the sandbox could make it load code otherwise.
        "-XX:+DisableAttachMechanism",
        "-Xshare:auto",
        "-Dfile.encoding=UTF-8",
        "-Djava.awt.headless=true",
        "-Djava.io.tmpdir=%s" % os.environ.get("TMPDIR", "/tmp"),
    ]
    return options + (["-XX:MaxRAM=%d" % memory_bytes] if memory_bytes else [])


def class_path_of(directory, name):
    """The bundle's jars, the storlet's own before its dependencies."""
    jars = []
    for root, directories, files in os.walk(directory):
        directories.sort()
        jars.extend(os.path.join(root, file) for file in sorted(files) if file.endswith((".jar", ".zip")))
    own = os.path.join(directory, name)
    return sorted(jars, key=lambda jar: jar != own)


def daemon_command(spec, inside, memory_bytes):
    """`spec["runtime"]` is the runtime's jar. A Java storlet's language version is ignored, as by OpenStack Storlets."""
    java = Java()
    class_path = os.pathsep.join([spec["runtime"]] + class_path_of(spec["directory"], spec.get("name", "")))
    return [java.path] + _options(DAEMON_HEAP_PERCENT, memory_bytes) + ["-cp", class_path, "studio.daemon.Main", json.dumps(inside)]


def compiler_command(spec, inside, memory_bytes):
    """Without `spec["runtime"]` the compiler builds the runtime from its sources first."""
    java = Java()
    java.check_compiler()
    command = [java.path] + _options(COMPILER_HEAP_PERCENT, memory_bytes) + ["-XX:TieredStopAtLevel=1"]
    if spec.get("runtime"):
        return command + ["-cp", spec["runtime"], "studio.compiler.Compiler", json.dumps(inside)]
    bootstrap = os.path.join(JAVA_DIRECTORY, "Bootstrap.java")
    return command + [bootstrap, os.path.join(JAVA_DIRECTORY, "src"), json.dumps(inside)]


def starter(command, fds, hidden):
    """
    What a child does instead of being just a fork: runs Java within itself, since a process that starts another program could be looked
    into again. Where that is not wanted or cannot be, it returns, and the program is started as any other. Keeps `fds` open.
    """

    def start():
        processes.die_with_parent()
        if not hidden:
            return
        try:
            import ctypes

            library = os.path.join(os.path.dirname(os.path.dirname(command[0])), "lib", "libjli.so")
            launch = ctypes.CDLL(library).JLI_Launch
        except (ImportError, OSError, AttributeError):
            return
        code = 70
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            kept = set(fds).union((0, 1, 2))
            for fd in [int(name) for name in os.listdir("/proc/self/fd")]:
                if fd not in kept:
                    _close(fd)
            words = [os.fsencode(word) for word in command]
            arguments = (ctypes.c_char_p * (len(words) + 1))(*words, None)
            code = launch(len(words), arguments, 0, None, 0, None, b"", b"0.0", b"java", b"java", 0, 1, 0, 0)
        finally:
            os._exit(code)

    return start


def _close(fd):
    try:
        os.close(fd)
    except OSError:
        pass
