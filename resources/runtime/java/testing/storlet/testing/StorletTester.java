package storlet.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.RangeStorletInputStream;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;
import studio.support.HeaderNames;
import studio.support.Json;

/**
 * Unit tests of Java storlets without any server: the API's own streams over bytes in memory.
 *
 * <pre>
 * StorletTester.Result result = new StorletTester(new MyStorlet())
 *         .input("content").metadata("Colour", "blue")
 *         .input("a second input")
 *         .parameter("top", 3)
 *         .run();
 * Check.equal("…", result.text());
 * </pre>
 *
 * A tester can be run several times: every run meets its inputs anew, and the same storlet, as in a daemon.
 */
public final class StorletTester {
    /** What a run left. */
    public static final class Result {
        private final byte[] bytes;
        private final Map<String, String> metadata;
        private final List<String> log;
        private final boolean closed;
        private final boolean early;

        private Result(byte[] bytes, Map<String, String> metadata, List<String> log, boolean closed, boolean early) {
            this.bytes = bytes;
            this.metadata = metadata;
            this.log = log;
            this.closed = closed;
            this.early = early;
        }

        public byte[] bytes() {
            return bytes;
        }

        /** The output as UTF-8. */
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** What the storlet set; null where it set nothing, which a server answers with an error. */
        public Map<String, String> metadata() {
            return metadata;
        }

        /** The logger's entries. */
        public List<String> log() {
            return log;
        }

        /** Whether the output was closed. A storlet that leaves it open works, and is reported. */
        public boolean isClosed() {
            return closed;
        }

        /** Whether bytes were written before the metadata was set. A server answers them without the metadata. */
        public boolean wroteBeforeMetadata() {
            return early;
        }
    }

    private static final class Input {
        private final byte[] content;
        private final HashMap<String, String> metadata = new HashMap<>();
        private long start;
        /** Exclusive; -1 for the whole content. */
        private long end = -1;

        private Input(byte[] content) {
            this.content = content;
        }

        private StorletInputStream open() {
            ByteArrayInputStream stream = new ByteArrayInputStream(content);
            HashMap<String, String> copy = new HashMap<>(metadata);
            return end < 0 ? new StorletInputStream(stream, copy) : new RangeStorletInputStream(stream, copy, start, end);
        }
    }

    /** Of the output's metadata as JSON. */
    private static final int MOST_METADATA_BYTES = 4096;

    private final IStorlet storlet;
    private final List<Input> inputs = new ArrayList<>();
    private final Map<String, String> parameters = new HashMap<>();
    private Path directory = Path.of("").toAbsolutePath();

    public StorletTester(IStorlet storlet) {
        this.storlet = storlet;
    }

    /** One more input. The first is the request's own object, the others are those of X-Storlet-Extra-Resources. */
    public StorletTester input(byte[] content) {
        inputs.add(new Input(content.clone()));
        return this;
    }

    /** One more input, as UTF-8. */
    public StorletTester input(String content) {
        return input(content.getBytes(StandardCharsets.UTF_8));
    }

    /** Metadata of the latest input. Storlets see its names as Swift writes them: {@code my-key} as {@code My-Key}. */
    public StorletTester metadata(String name, String value) {
        latest().metadata.put(HeaderNames.titleCase(name), value);
        return this;
    }

    /** Of the latest input the storlet sees these bytes only: {@code X-Storlet-Range: bytes=first-last}. */
    public StorletTester range(long first, long last) {
        Input input = latest();
        if (first < 0 || last < first) throw new IllegalArgumentException("bytes=" + first + "-" + last + " is no range");
        input.start = Math.min(first, input.content.length);
        input.end = Math.min(last + 1, input.content.length);
        return this;
    }

    /** A parameter; its value arrives as text. */
    public StorletTester parameter(String name, Object value) {
        parameters.put(name, String.valueOf(value));
        return this;
    }

    /** Where the storlet's dependencies lie: its parameter {@code storlet_execution_path}. The current directory otherwise. */
    public StorletTester directory(Path path) {
        directory = path.toAbsolutePath();
        return this;
    }

    /**
     * Runs the storlet once.
     *
     * @throws StorletException as the storlet throws it, and where its metadata is more than a server takes
     */
    public Result run() throws StorletException {
        if (inputs.isEmpty()) input(new byte[0]);
        ArrayList<StorletInputStream> inStreams = new ArrayList<>();
        for (Input input : inputs) inStreams.add(input.open());
        Metadata metadata = new Metadata();
        Data data = new Data(metadata);
        ArrayList<StorletOutputStream> outStreams = new ArrayList<>();
        outStreams.add(new StorletObjectOutputStream(data, new HashMap<>(), metadata));
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        Map<String, String> given = new HashMap<>(parameters);
        given.put("storlet_execution_path", directory.toString());
        storlet.invoke(inStreams, outStreams, given, new StorletLogger(log::add));
        return new Result(((Collected) data).bytes.toByteArray(), metadata.read(), List.copyOf(log), ((Collected) data).closed, data.early);
    }

    private Input latest() {
        if (inputs.isEmpty()) throw new IllegalStateException("input() comes first");
        return inputs.get(inputs.size() - 1);
    }

    /** Collects bytes until it is closed; then a write fails, as in a sandbox. */
    private static class Collected extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean closed;

        @Override
        public synchronized void write(byte[] source, int offset, int length) throws IOException {
            if (closed) throw new IOException("Stream closed");
            bytes.write(source, offset, length);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void close() throws IOException {
            closed = true;
        }
    }

    private static final class Data extends Collected {
        private final Metadata metadata;
        private volatile boolean early;

        private Data(Metadata metadata) {
            this.metadata = metadata;
        }

        @Override
        public synchronized void write(byte[] source, int offset, int length) throws IOException {
            if (!metadata.isClosed()) early = true;
            super.write(source, offset, length);
        }
    }

    /** The metadata as JSON, which the API's output writes. */
    private static final class Metadata extends Collected {
        private boolean isClosed() {
            return super.closed;
        }

        @Override
        public void close() throws IOException {
            super.close();
            int size = super.bytes.size();
            if (size <= MOST_METADATA_BYTES) return;
            throw new IOException("Output metadata is " + size + " bytes of JSON; at most " + MOST_METADATA_BYTES + " are allowed");
        }

        private Map<String, String> read() {
            if (super.bytes.size() == 0) return null;
            Map<String, String> fields = new TreeMap<>();
            for (Map.Entry<String, Object> entry : Json.parseObject(super.bytes.toString(StandardCharsets.UTF_8)).entrySet()) {
                fields.put(entry.getKey(), String.valueOf(entry.getValue()));
            }
            return fields;
        }
    }
}
