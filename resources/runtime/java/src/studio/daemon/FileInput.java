package studio.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;

/** An input's bytes where the engine has lent the stored file itself: nothing was copied on the way here. Cannot write it. */
final class FileInput extends BufferedInput {
    private final FileChannel channel;
    /** Bytes taken from the file. */
    private long taken;

    FileInput(FileChannel channel) {
        super(channel, Buffers.take().limit(0));
        this.channel = channel;
    }

    synchronized long taken() {
        return taken;
    }

    @Override
    protected void took(int count) {
        taken += count;
    }

    @Override
    public synchronized long skip(long count) throws IOException {
        if (count <= 0) return 0;
        requireOpen();
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
        requireOpen();
        long total = buffer.remaining();
        if (total > 0) output.write(buffer);
        long rest = output.writeRest(channel);
        taken += rest;
        return total + rest;
    }

    /** What is left, as of any file, and at most what such a number can say. */
    @Override
    public synchronized int available() throws IOException {
        requireOpen();
        return (int) Math.min(Integer.MAX_VALUE, buffer.remaining() + Math.max(0, channel.size() - channel.position()));
    }
}
