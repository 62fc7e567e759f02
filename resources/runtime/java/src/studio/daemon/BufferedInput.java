package studio.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

/** The bytes of an input through one direct buffer. What is below it knows where they come from. */
abstract class BufferedInput extends InputStream {
    private final ReadableByteChannel channel;
    /** Ready to be read from; null once closed. */
    protected ByteBuffer buffer;

    BufferedInput(ReadableByteChannel channel, ByteBuffer buffer) {
        this.channel = channel;
        this.buffer = buffer;
    }

    /** Told of bytes that were taken from the channel. */
    protected void took(int count) {}

    /** False at the end of the input. */
    protected final boolean fill() throws IOException {
        requireOpen();
        if (buffer.hasRemaining()) return true;
        buffer.clear();
        int count = -1;
        try {
            count = channel.read(buffer);
        } finally {
            buffer.flip();
        }
        if (count > 0) took(count);
        return count > 0;
    }

    protected final void requireOpen() throws IOException {
        if (buffer == null) throw new IOException("Stream closed");
    }

    @Override
    public synchronized int read() throws IOException {
        return fill() ? buffer.get() & 0xff : -1;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) return 0;
        if (!fill()) return -1;
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    @Override
    public void close() throws IOException {
        // First the channel: a read that waits holds the lock.
        channel.close();
        synchronized (this) {
            if (buffer != null) Buffers.give(buffer);
            buffer = null;
        }
    }
}
