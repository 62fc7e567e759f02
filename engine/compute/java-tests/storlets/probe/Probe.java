package probe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.openstack.storlet.common.*;

/** One behaviour per value of {@code op}. Written in Java 8 against the API's signatures. */
public class Probe implements IStorlet {
    private static final AtomicInteger LOADED = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final int instance = LOADED.incrementAndGet();
    private volatile CountDownLatch gate = new CountDownLatch(1);

    public Probe() {
        System.out.println("constructed");
    }

    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        int call = calls.incrementAndGet();
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);
        try {
            run(p.get("op"), in, sink, p, log, call);
        } catch (IOException error) {
            throw new StorletException("I/O: " + error.getMessage());
        }
    }

    private static Map<String, String> metadata(String... pairs) {
        Map<String, String> map = new HashMap<String, String>();
        for (int n = 0; n < pairs.length; n += 2) map.put(pairs[n], pairs[n + 1]);
        return map;
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[65536];
        for (int count; (count = from.read(buffer)) > 0; ) to.write(buffer, 0, count);
    }

    private static void say(StorletObjectOutputStream sink, String text) throws IOException {
        sink.getStream().write(text.getBytes("UTF-8"));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private void run(String op, ArrayList<StorletInputStream> in, StorletObjectOutputStream sink, Map<String, String> p, StorletLogger log, int call)
            throws StorletException, IOException {
        InputStream source = in.get(0).getStream();
        Map<String, String> given = p;
        switch (op) {
            case "identity":
                sink.setMetadata(in.get(0).getMetadata());
                copy(source, sink.getStream());
                in.get(0).close();
                sink.close();
                break;
            case "transfer":
                sink.setMetadata(metadata());
                // Java 9 and later; called as a class file of Java 8 cannot name it.
                try {
                    InputStream.class.getMethod("transferTo", OutputStream.class).invoke(source, sink.getStream());
                } catch (ReflectiveOperationException error) {
                    throw new StorletException(String.valueOf(error));
                }
                break;
            case "facts":
                sink.setMetadata(metadata("Instance", "" + instance, "Class", in.get(0).getClass().getSimpleName(), "Inputs", "" + in.size()));
                say(sink, new TreeMap<String, String>(given) + " " + new TreeMap<String, String>(in.get(0).getMetadata()));
                break;
            case "folder":
                sink.setMetadata(metadata());
                say(sink, StorletUtils.getClassFolder(getClass()).equals(p.get("storlet_execution_path")) ? "same" : "other");
                break;
            case "inputs":
                Map<String, String> all = new HashMap<String, String>();
                for (StorletInputStream each : in) all.putAll(each.getMetadata());
                sink.setMetadata(all);
                for (StorletInputStream each : in) copy(each.getStream(), sink.getStream());
                break;
            case "empties":
                Map<String, String> map = metadata("A", "b");
                sink.setMetadata(map);
                say(sink, "" + map.isEmpty());
                break;
            case "types":
                Map raw = new HashMap();
                raw.put("number", 7);
                raw.put("flag", true);
                raw.put("none", null);
                raw.put("text", "q\"\\\n\u00e9\u20ac");
                sink.setMetadata(raw);
                break;
            case "twice":
                sink.setMetadata(metadata());
                sink.setMetadata(metadata());
                break;
            case "large":
                sink.setMetadata(metadata("k", new String(new char[Integer.parseInt(p.get("size"))]).replace('\0', 'x')));
                break;
            case "md":
                sink.getMDStream().write("{\"By\": \"hand\",\n \"n\": [1]}".getBytes("UTF-8"));
                if ("close".equals(p.get("how"))) sink.closeMD();
                say(sink, "data");
                break;
            case "badmd":
                sink.getMDStream().write("by hand".getBytes("UTF-8"));
                sink.closeMD();
                break;
            case "nothing":
                break;
            case "early":
                say(sink, "early");
                sink.setMetadata(metadata());
                break;
            case "range":
                sink.setMetadata(metadata());
                say(sink, source.available() + " " + source.markSupported() + " ");
                source.mark(1);
                try {
                    source.reset();
                } catch (IOException error) {
                    say(sink, "no reset ");
                }
                if (p.containsKey("skip")) say(sink, source.skip(Long.parseLong(p.get("skip"))) + " ");
                copy(source, sink.getStream());
                say(sink, " " + source.read() + " " + source.available());
                break;
            case "half":
                sink.setMetadata(metadata());
                for (int b; (b = source.read()) >= 0; source.skip(1)) sink.getStream().write(b);
                break;
            case "log":
                log.emitLog("one");
                log.emitLog("two\nlines\n");
                log.emitLog(null);
                log.Flush();
                sink.setMetadata(metadata());
                log.close();
                log.emitLog("late");
                break;
            case "print":
                for (int n = 0; n < Integer.parseInt(p.get("lines")); n++) System.out.println(p.get("word") + " " + n);
                System.out.printf("%s-%d%n", "formatted", 7);
                System.err.print("no line end");
                Thread thread = new Thread(new Runnable() {
                    @Override
                    public void run() {
                        System.out.println("from a thread");
                    }
                });
                thread.start();
                join(thread);
                sink.setMetadata(metadata());
                break;
            case "storlet-exception":
                throw new StorletException("it is \u00e9");
            case "runtime-exception":
                deeper(null);
                break;
            case "late-exception":
                sink.setMetadata(metadata());
                say(sink, "begun");
                throw new IllegalStateException("half-way", new IOException("because"));
            case "error":
                throw new OutOfMemoryError("no more");
            case "json-simple":
                throw new NoClassDefFoundError("org/json/simple/JSONObject");
            case "overflow":
                overflow(0);
                break;
            case "hold":
                log.emitLog("holding");
                hold(p.get("how"), source);
                break;
            case "gate":
                sink.setMetadata(metadata("Call", "" + call));
                CountDownLatch own = gate;
                log.emitLog("waiting");
                await(own);
                say(sink, "passed");
                break;
            case "open-gate":
                gate.countDown();
                gate = new CountDownLatch(1);
                sink.setMetadata(metadata());
                break;
            case "endless":
                sink.setMetadata(metadata());
                byte[] block = new byte[65536];
                while (true) sink.getStream().write(block);
            case "exit":
                System.exit(3);
                break;
            case "bomb":
                ArrayList<byte[]> kept = new ArrayList<byte[]>();
                while (true) kept.add(new byte[16 << 20]);
            default:
                throw new StorletException("no such op: " + op);
        }
    }

    private void deeper(String text) {
        text.length();
    }

    private int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    private static void await(CountDownLatch gate) throws StorletException {
        try {
            gate.await();
        } catch (InterruptedException error) {
            throw new StorletException("interrupted");
        }
    }

    private static void join(Thread thread) throws StorletException {
        try {
            thread.join();
        } catch (InterruptedException error) {
            throw new StorletException("interrupted");
        }
    }

    /** As a storlet does that hangs: it can be interrupted, it reads, or it ignores everything. */
    private static void hold(String how, InputStream source) throws StorletException, IOException {
        if ("read".equals(how)) source.read();
        while (true) {
            try {
                Thread.sleep(3600000);
            } catch (InterruptedException error) {
                if (!"ignore".equals(how)) throw new StorletException("interrupted");
            }
        }
    }
}
