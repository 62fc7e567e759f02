package studio.daemon;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * {@code System.out} and {@code System.err} of a process that runs several storlets at once: each thread prints to the run that it works
 * for, and threads that a run starts inherit that. Whatever belongs to no run goes to the daemon's own output.
 *
 * <p>Every method is passed on before anything is locked: a run that waits for its reader must not hold up the others.
 */
final class Prints extends PrintStream {
    /** The two streams of one run. */
    static final class OfRun {
        private final PrintedLines outLines;
        private final PrintedLines errLines;
        private final PrintStream out;
        private final PrintStream err;
        private volatile boolean over;

        OfRun(Control control) {
            outLines = new PrintedLines(control, "stdout");
            errLines = new PrintedLines(control, "stderr");
            out = new PrintStream(outLines, false, StandardCharsets.UTF_8);
            err = new PrintStream(errLines, false, StandardCharsets.UTF_8);
        }

        void finish() {
            over = true;
            outLines.finish();
            errLines.finish();
        }
    }

    private static final InheritableThreadLocal<OfRun> CURRENT = new InheritableThreadLocal<>();

    private final PrintStream own;
    private final boolean isErr;

    private Prints(PrintStream own, boolean isErr) {
        super(own, false);
        this.own = own;
        this.isErr = isErr;
    }

    static void install() {
        System.setOut(new Prints(System.out, false));
        System.setErr(new Prints(System.err, true));
    }

    /** The calling thread works for this run from now on; null for none. */
    static void enter(OfRun run) {
        if (run == null) CURRENT.remove();
        else CURRENT.set(run);
    }

    private PrintStream to() {
        OfRun run = CURRENT.get();
        if (run == null || run.over) return own;
        return isErr ? run.err : run.out;
    }

    @Override
    public void flush() {
        to().flush();
    }

    /** Nobody closes the output of the others. */
    @Override
    public void close() {
        flush();
    }

    @Override
    public boolean checkError() {
        return to().checkError();
    }

    @Override
    public void write(int value) {
        to().write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        to().write(bytes, offset, length);
    }

    @Override
    public void write(byte[] bytes) {
        to().write(bytes, 0, bytes.length);
    }

    @Override
    public void writeBytes(byte[] bytes) {
        to().write(bytes, 0, bytes.length);
    }

    @Override
    public void print(boolean value) {
        to().print(value);
    }

    @Override
    public void print(char value) {
        to().print(value);
    }

    @Override
    public void print(int value) {
        to().print(value);
    }

    @Override
    public void print(long value) {
        to().print(value);
    }

    @Override
    public void print(float value) {
        to().print(value);
    }

    @Override
    public void print(double value) {
        to().print(value);
    }

    @Override
    public void print(char[] value) {
        to().print(value);
    }

    @Override
    public void print(String value) {
        to().print(value);
    }

    @Override
    public void print(Object value) {
        to().print(value);
    }

    @Override
    public void println() {
        to().println();
    }

    @Override
    public void println(boolean value) {
        to().println(value);
    }

    @Override
    public void println(char value) {
        to().println(value);
    }

    @Override
    public void println(int value) {
        to().println(value);
    }

    @Override
    public void println(long value) {
        to().println(value);
    }

    @Override
    public void println(float value) {
        to().println(value);
    }

    @Override
    public void println(double value) {
        to().println(value);
    }

    @Override
    public void println(char[] value) {
        to().println(value);
    }

    @Override
    public void println(String value) {
        to().println(value);
    }

    @Override
    public void println(Object value) {
        to().println(value);
    }

    @Override
    public PrintStream printf(String format, Object... values) {
        return format(format, values);
    }

    @Override
    public PrintStream printf(Locale locale, String format, Object... values) {
        return format(locale, format, values);
    }

    @Override
    public PrintStream format(String format, Object... values) {
        to().format(format, values);
        return this;
    }

    @Override
    public PrintStream format(Locale locale, String format, Object... values) {
        to().format(locale, format, values);
        return this;
    }

    @Override
    public PrintStream append(CharSequence text) {
        to().append(text);
        return this;
    }

    @Override
    public PrintStream append(CharSequence text, int start, int end) {
        to().append(text, start, end);
        return this;
    }

    @Override
    public PrintStream append(char value) {
        to().append(value);
        return this;
    }
}
