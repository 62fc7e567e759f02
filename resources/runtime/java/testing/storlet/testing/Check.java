package storlet.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** The few comparisons that tests of storlets need, for those who have no test library at hand. */
public final class Check {
    private static final int SHOWN = 200;

    /** Code that is expected to fail. */
    public interface Action {
        void run() throws Exception;
    }

    private Check() {}

    /** Compares with {@code equals}, arrays by their bytes. */
    public static void equal(Object expected, Object actual) {
        boolean same = expected instanceof byte[] one && actual instanceof byte[] other ? Arrays.equals(one, other) : Objects.equals(expected, actual);
        if (!same) throw new AssertionError("expected " + show(expected) + ", but it was " + show(actual));
    }

    /** Runs the action, which has to throw an exception of this type; returns it. */
    public static <T extends Throwable> T fails(Class<T> type, Action action) {
        try {
            action.run();
        } catch (Throwable error) {
            if (type.isInstance(error)) return type.cast(error);
            throw new AssertionError("expected " + type.getSimpleName() + ", but it was " + error, error);
        }
        throw new AssertionError("expected " + type.getSimpleName() + ", but nothing was thrown");
    }

    private static String show(Object value) {
        if (value instanceof byte[] bytes) {
            int end = Math.min(bytes.length, SHOWN);
            return bytes.length + " bytes \"" + new String(bytes, 0, end, StandardCharsets.ISO_8859_1) + (end < bytes.length ? "…\"" : "\"");
        }
        String text = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
