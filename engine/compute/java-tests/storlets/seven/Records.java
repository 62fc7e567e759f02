package seven;

import java.io.IOException;
import java.io.InputStream;

/** The lines that belong to one partition of a file: each line to the partition that its first byte, or the line end before it, lies in. */
final class Records {
    private final InputStream stream;
    private final long end;
    private long at;

    Records(InputStream stream, long start, long end, boolean isFirst) throws IOException {
        this.stream = stream;
        this.end = end;
        at = start;
        // A broken first line belongs to the partition before.
        if (!isFirst) readLine();
    }

    /** The next line without its end; null where the next one belongs to somebody else. */
    String next() throws IOException {
        return at > end + 1 ? null : readLine();
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int b = stream.read();
        if (b < 0) return null;
        for (; b >= 0 && b != '\n'; b = stream.read(), at++) line.append((char) b);
        at++;
        return line.toString();
    }
}
