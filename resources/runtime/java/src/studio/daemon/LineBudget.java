package studio.daemon;

/** A token bucket for lines: a generous burst, then a steady rate. What does not fit is counted and told once lines pass again. */
final class LineBudget {
    private static final int BURST_LINES = 20_000;
    private static final int BURST_BYTES = 8 * 1024 * 1024;
    private static final int LINES_PER_SECOND = 15_000;
    private static final int BYTES_PER_SECOND = 4 * 1024 * 1024;

    private double lines = BURST_LINES;
    private double bytes = BURST_BYTES;
    private long atNanos = System.nanoTime();
    private int dropped;

    synchronized boolean admit(int sizeBytes) {
        long now = System.nanoTime();
        double elapsed = (now - atNanos) / 1e9;
        atNanos = now;
        lines = Math.min(BURST_LINES, lines + elapsed * LINES_PER_SECOND);
        bytes = Math.min(BURST_BYTES, bytes + elapsed * BYTES_PER_SECOND);
        // After a drop, wait for some room: one notice per 100 lines, not one per line.
        if (lines < (dropped > 0 ? 100 : 1) || bytes < 0) {
            dropped++;
            return false;
        }
        lines -= 1;
        bytes -= sizeBytes;
        return true;
    }

    synchronized int takeDropped() {
        int count = dropped;
        dropped = 0;
        return count;
    }
}
