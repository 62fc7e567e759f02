"""Exceptions as the engine shows them: type, message, traceback and frames of the author's code. Owns no reporting."""
import os
import traceback

RUNTIME_DIRECTORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TRACEBACK_CHARACTERS = 256 * 1024


def is_ours(filename):
    """True for frames an author cannot act on: this runtime and the import system."""
    return filename.startswith(RUNTIME_DIRECTORY + os.sep) or filename.startswith("<frozen importlib") or "/importlib/" in filename


def type_name(kind):
    return kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else "%s.%s" % (kind.__module__, kind.__qualname__)


def message_of(error):
    try:
        return str(error)
    except Exception:
        return "<the exception has no printable message>"


def shorten(text, limit):
    if len(text) <= limit:
        return text
    return "%s\n… %d characters left out …\n%s" % (text[: limit // 2], len(text) - limit, text[-limit // 2 :])


def relative_to(directory, filename):
    prefix = directory + os.sep
    return filename[len(prefix) :] if filename.startswith(prefix) else filename


def describe(error, bundle_directory):
    """The `exception` event for an error: frames outermost first; files of the bundle by their name in it."""
    first = error.__traceback__
    while first is not None and is_ours(first.tb_frame.f_code.co_filename):
        first = first.tb_next
    frames = []
    for frame in traceback.extract_tb(first):
        if not is_ours(frame.filename):
            file = relative_to(bundle_directory, frame.filename)
            frames.append({"file": file, "line": frame.lineno or 0, "function": frame.name, "text": frame.line or ""})
    if isinstance(error, SyntaxError) and error.filename:
        # The code never ran: the place of the mistake is in the exception, not in a frame.
        file = relative_to(bundle_directory, error.filename)
        frames.append({"file": file, "line": error.lineno or 0, "function": "<module>", "text": (error.text or "").strip()})
    if len(frames) > 100:
        frames = frames[:50] + frames[-50:]
    try:
        text = "".join(traceback.format_exception(type(error), error, first))
    except Exception:
        text = "%s: %s\n" % (type_name(type(error)), message_of(error))
    return {
        "event": "exception",
        "type": type_name(type(error)),
        "message": shorten(message_of(error), 16 * 1024),
        "traceback": shorten(text, TRACEBACK_CHARACTERS),
        "frames": frames,
    }
