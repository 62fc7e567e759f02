package studio.daemon;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What a run prints to one of its streams, as lines within a budget. A line longer than 64 KiB is passed on in pieces. */
final class PrintedLines extends OutputStream {
    private static final int LINE_BYTES = 65536;

    private final Control control;
    private final String name;
    private final LineBudget budget = new LineBudget();
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

    /** {@code name} is {@code stdout} or {@code stderr}. */
    PrintedLines(Control control, String name) {
        this.control = control;
        this.name = name;
    }

    @Override
    public synchronized void write(byte[] source, int offset, int length) {
        int begin = offset;
        for (int at = offset; at < offset + length; at++) {
            boolean ends = source[at] == '\n';
            if (!ends && rest.size() + (at - begin) < LINE_BYTES) continue;
            rest.write(source, begin, at - begin);
            begin = ends ? at + 1 : at;
            pass();
        }
        rest.write(source, begin, offset + length - begin);
    }

    @Override
    public synchronized void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    /** The unfinished last line, and what is still to be told of dropped ones. */
    synchronized void finish() {
        if (rest.size() > 0) pass();
        tellDropped();
    }

    private void pass() {
        String text = rest.toString(StandardCharsets.UTF_8);
        rest.reset();
        if (!budget.admit(text.length())) {
            slowDown();
            return;
        }
        tellDropped();
        control.send(Control.event(name, "text", text.endsWith("\r") ? text.substring(0, text.length() - 1) : text));
    }

    private void tellDropped() {
        int dropped = budget.takeDropped();
        if (dropped > 0) control.send(Control.event("dropped", "source", name, "lines", dropped));
    }

    /** Whoever prints without end is slowed, not served. */
    private static void slowDown() {
        java.util.concurrent.locks.LockSupport.parkNanos(20_000);
    }
}
