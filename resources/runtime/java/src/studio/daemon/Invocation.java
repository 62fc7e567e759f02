package studio.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import studio.support.HeaderNames;

/** One invocation: its connections, its run on a place's thread, and what the engine is told of it. */
final class Invocation {
    /** For streams whose bytes have all come already. */
    private static final ByteChannel NOTHING = new ByteChannel() {
        @Override
        public int read(ByteBuffer target) {
            return -1;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            throw new IOException("not an output");
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    };

    /** A connection that said which stream it is, and the bytes that came with that. */
    record Stream(ByteChannel channel, byte[] greeted) {
        void close() {
            try {
                channel.close();
            } catch (IOException ignored) {
                // It is gone either way.
            }
        }
    }

    final String id;
    final Control control;
    private final Map<String, Object> spec;
    private final List<String> names = new ArrayList<>();
    private final Map<String, Stream> streams = new HashMap<>();
    /** Stored files that are whole inputs. */
    private final Map<String, FileChannel> files = new HashMap<>();
    /** The thread that runs it; null before and after. */
    private Thread thread;
    private boolean cancelled;

    Invocation(String id, Map<String, Object> spec, Control control) {
        this.id = id;
        this.spec = spec;
        this.control = control;
        for (int index = 0; index < inputs().size(); index++) {
            Object bytes = inputs().get(index).get("bytes");
            if (bytes == null) names.add("in" + index);
            else streams.put("in" + index, new Stream(NOTHING, Base64.getDecoder().decode((String) bytes)));
        }
        if (!"events".equals(spec.get("output"))) names.add("out");
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> inputs() {
        return spec.get("inputs") instanceof List<?> list ? (List<Map<String, Object>>) list : List.of();
    }

    synchronized void addStream(String name, Stream stream) {
        Stream replaced = streams.put(name, stream);
        if (replaced != null) replaced.close();
        if (cancelled) stream.close();
        notifyAll();
    }

    /** The connection of an output that began without one. */
    private synchronized WritableByteChannel awaitOutput() throws IOException {
        try {
            while (!cancelled && !streams.containsKey("out")) wait();
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
        if (cancelled) throw new ClosedChannelException();
        return streams.get("out").channel;
    }

    /** Opens what the engine has put there for this invocation, and says so: the names are removed then. */
    void openFiles(Path directory) throws IOException {
        for (int index = 0; index < inputs().size(); index++) {
            if (!(inputs().get(index).get("file") instanceof String name)) continue;
            if (!name.matches("[0-9a-f]{32}")) throw new IOException("not a name of a file: " + name);
            files.put("in" + index, FileChannel.open(directory.resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        }
        if (!files.isEmpty()) control.send(Control.event("opened"));
    }

    boolean isComplete() {
        for (String name : names) if (!streams.containsKey(name) && !files.containsKey(name)) return false;
        return true;
    }

    synchronized void closeStreams() {
        for (Stream stream : streams.values()) stream.close();
        for (FileChannel file : files.values()) closeQuietly(file);
    }

    /** Interrupts the run and closes its streams. False where none was under way. */
    synchronized boolean cancel() {
        cancelled = true;
        notifyAll();
        if (thread != null) thread.interrupt();
        closeStreams();
        return thread != null;
    }

    private synchronized boolean enter() {
        if (cancelled) return false;
        thread = Thread.currentThread();
        return true;
    }

    private synchronized void leave() {
        thread = null;
        // An interrupt that came too late must not meet the next run.
        Thread.interrupted();
    }

    /** Runs the storlet, once, on the calling thread. */
    void run(Binding storlet, String directory, Usage usage) {
        if (!enter()) return;
        control.send(Control.event("started", "pid", usage.pid()));
        Prints.OfRun prints = new Prints.OfRun(control);
        Prints.enter(prints);
        int code;
        try {
            code = invoke(storlet, directory);
        } finally {
            Prints.enter(null);
            leave();
        }
        prints.finish();
        closeStreams();
        control.sendLast(
                Control.event("exit", "code", code, "signal", null, "cpuMs", usage.takeCpuMs(), "maxRssBytes", usage.residentBytes()));
    }

    /** The exit code: 0 where the storlet returned. */
    private int invoke(Binding storlet, String directory) {
        List<Binding.Input> ins = new ArrayList<>();
        List<InputStream> opened = new ArrayList<>();
        for (Map<String, Object> input : inputs()) {
            InputStream bytes = openInput("in" + ins.size());
            opened.add(bytes);
            Map<?, ?> range = input.get("range") instanceof Map<?, ?> map ? map : null;
            long start = range == null ? 0 : ((Number) range.get("start")).longValue();
            long end = range == null ? -1 : ((Number) range.get("end")).longValue();
            ins.add(new Binding.Input(bytes, metadataOf(input), start, end));
        }
        MetadataOutput metadata = new MetadataOutput(fields -> control.send(Control.event("metadata", "metadata", fields)));
        ChannelOutput data = new ChannelOutput(outputChannel(), metadata);
        HashMap<String, String> parameters = textsOf(spec.get("params"));
        parameters.put("storlet_execution_path", directory);
        Map<String, Object> failure = null;
        try {
            storlet.invoke(ins, data, metadata, parameters, control::log);
            metadata.close();
        } catch (Throwable error) {
            failure = data.isReaderGone() ? Control.event("reader-gone") : Failures.describe(error);
        }
        if (failure == null && metadata.failure() != null) failure = Failures.describe(metadata.failure());
        if (failure != null && metadata.failure() != null) failure.put("badMetadata", true);
        if (failure != null) control.send(failure);
        control.finishLogs();
        long fileBytes = 0;
        for (InputStream input : opened) if (input instanceof FileInput file) fileBytes += file.taken();
        control.send(
                Control.event(
                        "contract",
                        "outputClosed", data.isClosed(),
                        "dataBeforeMetadata", data.wasEarly(),
                        "metadataBytes", metadata.sizeBytes(),
                        "fileBytes", fileBytes));
        for (InputStream input : opened) closeQuietly(input);
        closeQuietly(data);
        return failure == null ? 0 : 1;
    }

    private WritableByteChannel outputChannel() {
        return names.contains("out") ? streams.get("out").channel : new InlineOutput(control, this::awaitOutput);
    }

    private InputStream openInput(String name) {
        FileChannel file = files.get(name);
        if (file != null) return new FileInput(file);
        Stream stream = streams.get(name);
        return new ChannelInput(stream.channel, stream.greeted);
    }

    private static void closeQuietly(AutoCloseable stream) {
        try {
            stream.close();
        } catch (Exception ignored) {
            // The connection is gone either way.
        }
    }

    private static HashMap<String, String> metadataOf(Map<String, Object> input) {
        HashMap<String, String> titled = new HashMap<>();
        for (Map.Entry<String, String> entry : textsOf(input.get("metadata")).entrySet()) {
            titled.put(HeaderNames.titleCase(entry.getKey()), entry.getValue());
        }
        return titled;
    }

    private static HashMap<String, String> textsOf(Object value) {
        HashMap<String, String> texts = new HashMap<>();
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) texts.put(String.valueOf(entry.getKey()), String.valueOf(entry.getValue()));
        }
        return texts;
    }
}
