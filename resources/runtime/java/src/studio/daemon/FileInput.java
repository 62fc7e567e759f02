package studio.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** An input's bytes where the engine has lent the stored file itself: nothing was copied on the way here. Cannot write it. */
final class FileInput extends InputStream {
    private final FileChannel channel;
    /** Ready to be read from; null once closed. */
    private ByteBuffer buffer = Buffers.take().limit(0);
    /** Bytes taken from the file. */
    private long taken;

    FileInput(FileChannel channel) {
        this.channel = channel;
    }

    synchronized long taken() {
        return taken;
    }

    /** False at the end of the file. */
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
        if (count > 0) taken += count;
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
        if (count <= 0) return 0;
        if (buffer == null) throw new IOException("Stream closed");
        int buffered = (int) Math.min(count, buffer.remaining());
        buffer.position(buffer.position() + buffered);
        long jump = Math.max(0, Math.min(count - buffered, channel.size() - channel.position()));
        channel.position(channel.position() + jump);
        return buffered + jump;
    }

    /** From file to connection within the kernel, where the other side is the run's own output. */
    @Override
    public synchronized long transferTo(OutputStream target) throws IOException {
        if (!(target instanceof ChannelOutput output)) return super.transferTo(target);
        if (buffer == null) throw new IOException("Stream closed");
        long total = buffer.remaining();
        if (total > 0) output.write(buffer);
        long rest = output.writeRest(channel);
        taken += rest;
        return total + rest;
    }

    /** What is left, as of any file, and at most what such a number can say. */
    @Override
    public synchronized int available() throws IOException {
        if (buffer == null) throw new IOException("Stream closed");
        return (int) Math.min(Integer.MAX_VALUE, buffer.remaining() + Math.max(0, channel.size() - channel.position()));
    }

    @Override
    public void close() throws IOException {
        channel.close();
        synchronized (this) {
            if (buffer != null) Buffers.give(buffer);
            buffer = null;
        }
    }
}
