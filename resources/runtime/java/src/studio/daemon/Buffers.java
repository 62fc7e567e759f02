package studio.daemon;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Direct buffers, used again by later invocations: fresh ones cost page faults. */
final class Buffers {
    static final int SIZE = 256 * 1024;
    private static final int KEPT = 16;
    private static final ArrayDeque<ByteBuffer> FREE = new ArrayDeque<>();

    private Buffers() {}

    static synchronized ByteBuffer take() {
        ByteBuffer buffer = FREE.pollLast();
        return buffer == null ? ByteBuffer.allocateDirect(SIZE) : buffer.clear();
    }

    /** Only where nobody can still use it. */
    static synchronized void give(ByteBuffer buffer) {
        if (FREE.size() < KEPT) FREE.addLast(buffer);
    }
}
