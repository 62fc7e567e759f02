package studio.daemon;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Exceptions as the engine shows them: type, message, traceback, and the frames of the author's code. */
final class Failures {
    private static final int MESSAGE_CHARACTERS = 16 * 1024;
    private static final int TRACEBACK_CHARACTERS = 256 * 1024;
    private static final int MOST_FRAMES = 100;
    /** Libraries that the real daemon happens to have on its class path, as class names begin. */
    private static final String[] NOT_HERE = {"org/json/simple/", "org.json.simple.", "org/slf4j/", "org.slf4j.", "ch/qos/logback/", "ch.qos.logback."};

    private Failures() {}

    /** The fields of an {@code exception} event: frames outermost first, those of the runtime and of Java itself left out. */
    static Map<String, Object> describe(Throwable error) {
        trim(error, Collections.newSetFromMap(new IdentityHashMap<>()));
        List<Map<String, Object>> frames = new ArrayList<>();
        for (StackTraceElement frame : error.getStackTrace()) {
            if (isAuthors(frame)) frames.add(describe(frame));
        }
        Collections.reverse(frames);
        if (frames.size() > MOST_FRAMES) {
            List<Map<String, Object>> ends = new ArrayList<>(frames.subList(0, MOST_FRAMES / 2));
            ends.addAll(frames.subList(frames.size() - MOST_FRAMES / 2, frames.size()));
            frames = ends;
        }
        return Control.event(
                "exception",
                "type", error.getClass().getName(),
                "message", shorten(messageOf(error), MESSAGE_CHARACTERS),
                "traceback", shorten(tracebackOf(error), TRACEBACK_CHARACTERS),
                "frames", frames);
    }

    private static Map<String, Object> describe(StackTraceElement frame) {
        String type = frame.getClassName();
        int dot = type.lastIndexOf('.');
        // As the source lies in a project: folders of the package, then the file.
        String folder = dot < 0 ? "" : type.substring(0, dot + 1).replace('.', '/');
        String file = frame.getFileName() == null ? type : folder + frame.getFileName();
        Map<String, Object> fields = Control.event("frame");
        fields.remove("event");
        fields.put("file", file);
        fields.put("line", Math.max(0, frame.getLineNumber()));
        fields.put("function", type.substring(dot + 1) + "." + frame.getMethodName());
        fields.put("text", "");
        return fields;
    }

    private static boolean isAuthors(StackTraceElement frame) {
        return frame.getModuleName() == null && !isOurs(frame.getClassName());
    }

    private static boolean isOurs(String type) {
        if (type.startsWith("studio.daemon.") || type.startsWith("studio.support.")) return true;
        for (String name : Binding.PACKAGES) if (type.startsWith(name + ".")) return true;
        return false;
    }

    /** Cuts off the frames by which the runtime called the storlet: an author cannot act on them. */
    private static void trim(Throwable error, Set<Throwable> seen) {
        if (error == null || !seen.add(error)) return;
        StackTraceElement[] trace = error.getStackTrace();
        int end = trace.length;
        for (int index = trace.length - 1; index >= 0; index--) {
            if (isAuthors(trace[index])) break;
            if (isOurs(trace[index].getClassName())) end = index;
        }
        if (end > 0 && end < trace.length) error.setStackTrace(Arrays.copyOf(trace, end));
        trim(error.getCause(), seen);
        for (Throwable other : error.getSuppressed()) trim(other, seen);
    }

    private static String messageOf(Throwable error) {
        try {
            String message = error.getLocalizedMessage();
            if (message == null) return "";
            return error instanceof LinkageError || error instanceof ClassNotFoundException ? message + hint(message) : message;
        } catch (RuntimeException broken) {
            return "<the exception has no printable message>";
        }
    }

    private static String hint(String message) {
        for (String name : NOT_HERE) {
            if (message.startsWith(name)) return " (this library is not on the class path here: deploy its jar as a dependency)";
        }
        return "";
    }

    private static String tracebackOf(Throwable error) {
        StringWriter text = new StringWriter();
        try {
            error.printStackTrace(new PrintWriter(text));
        } catch (RuntimeException broken) {
            return error.getClass().getName() + "\n";
        }
        return text.toString();
    }

    private static String shorten(String text, int limit) {
        if (text.length() <= limit) return text;
        int left = text.length() - limit;
        return text.substring(0, limit / 2) + "\n… " + left + " characters left out …\n" + text.substring(text.length() - limit / 2);
    }
}
