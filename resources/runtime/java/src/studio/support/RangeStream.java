package studio.support;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a stream from {@code start} up to {@code end}, exclusive. Skipping to the start happens with the first read. */
public final class RangeStream extends FilterInputStream {
    private long toSkip;
    private long left;

    public RangeStream(InputStream stream, long start, long end) {
        super(stream);
        toSkip = start;
        left = Math.max(0, end - start);
    }

    /** False where the stream ends before the range begins. */
    private boolean reachStart() throws IOException {
        while (toSkip > 0) {
            long skipped = in.skip(toSkip);
            if (skipped <= 0) {
                if (in.read() < 0) return false;
                skipped = 1;
            }
            toSkip -= skipped;
        }
        return true;
    }

    @Override
    public int read() throws IOException {
        if (left == 0 || !reachStart()) return -1;
        int value = in.read();
        if (value >= 0) left--;
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (left == 0 || !reachStart()) return -1;
        int count = in.read(buffer, offset, (int) Math.min(length, left));
        if (count > 0) left -= count;
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        if (count <= 0 || left == 0 || !reachStart()) return 0;
        long skipped = in.skip(Math.min(count, left));
        left -= skipped;
        return skipped;
    }

    /** As in OpenStack Storlets: what is left of the range, whether or not it has arrived. */
    @Override
    public int available() {
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    @Override
    public void mark(int limit) {}

    @Override
    public void reset() throws IOException {
        throw new IOException("mark and reset are not supported");
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
