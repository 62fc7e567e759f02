package studio.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/** The output's bytes: every write leaves at once, as with the real system's pipe. */
final class ChannelOutput extends OutputStream {
    private final WritableByteChannel channel;
    /** Null once closed. */
    private ByteBuffer buffer = Buffers.take();
    private final MetadataOutput metadata;
    private volatile boolean readerGone;
    private volatile boolean early;

    ChannelOutput(WritableByteChannel channel, MetadataOutput metadata) {
        this.channel = channel;
        this.metadata = metadata;
    }

    synchronized boolean isClosed() {
        return buffer == null;
    }

    /** True once bytes were written while no metadata had been. The real system allows it. */
    boolean wasEarly() {
        return early;
    }

    /** True once a write found that nobody reads any more. */
    boolean isReaderGone() {
        return readerGone;
    }

    /** Writes all of it. */
    synchronized void write(ByteBuffer source) throws IOException {
        if (buffer == null) throw new IOException("Stream closed");
        if (!metadata.isClosed()) early = true;
        try {
            while (source.hasRemaining()) channel.write(source);
        } catch (IOException error) {
            if (channel.isOpen()) readerGone = true;
            throw error;
        }
    }

    @Override
    public synchronized void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (buffer == null) throw new IOException("Stream closed");
        for (int at = offset, end = offset + length; at < end; ) {
            int count = Math.min(end - at, Buffers.SIZE);
            write(buffer.clear().put(source, at, count).flip());
            at += count;
        }
    }

    @Override
    public synchronized void write(int value) throws IOException {
        if (buffer == null) throw new IOException("Stream closed");
        write(buffer.clear().put((byte) value).flip());
    }

    @Override
    public void close() throws IOException {
        // First the connection: a write that waits holds the lock.
        channel.close();
        synchronized (this) {
            if (buffer != null) Buffers.give(buffer);
            buffer = null;
        }
    }
}
