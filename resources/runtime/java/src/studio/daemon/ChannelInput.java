package studio.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

/** An input's bytes: what came with the greeting, then the connection's. Reads ahead, which a stream of its own allows. */
final class ChannelInput extends InputStream {
    private final ReadableByteChannel channel;
    /** Ready to be read from; null once closed. */
    private ByteBuffer buffer;

    ChannelInput(ReadableByteChannel channel, byte[] greeted) {
        this.channel = channel;
        buffer = Buffers.take().put(greeted).flip();
    }

    /** False at the end of the input. */
    private boolean fill() throws IOException {
        if (buffer == null) throw new IOException("Stream closed");
        if (buffer.hasRemaining()) return true;
        buffer.clear();
        int count = -1;
        try {
            count = channel.read(buffer);
        } finally {
            buffer.flip();
        }
        return count > 0;
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
    public synchronized long skip(long count) throws IOException {
        if (count <= 0 || !fill()) return 0;
        int skipped = (int) Math.min(count, buffer.remaining());
        buffer.position(buffer.position() + skipped);
        return skipped;
    }

    /** From connection to connection without a copy in the heap, where the other side is the run's own output. */
    @Override
    public synchronized long transferTo(OutputStream target) throws IOException {
        if (!(target instanceof ChannelOutput output)) return super.transferTo(target);
        long total = 0;
        while (fill()) {
            total += buffer.remaining();
            output.write(buffer);
        }
        return total;
    }

    @Override
    public synchronized int available() {
        return buffer == null ? 0 : buffer.remaining();
    }

    @Override
    public void close() throws IOException {
        // First the connection: a read that waits holds the lock.
        channel.close();
        synchronized (this) {
            if (buffer != null) Buffers.give(buffer);
            buffer = null;
        }
    }
}
