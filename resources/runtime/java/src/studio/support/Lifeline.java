package studio.support;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import sun.misc.Signal;

/** Ends this process with its agent, and orderly on a signal. What storlets started ends first. */
public final class Lifeline {
    private Lifeline() {}

    /** The descriptor is a pipe that carries nothing: its end means that the agent is gone. */
    public static void watch(Object descriptor) throws IOException {
        for (String name : new String[] {"TERM", "INT", "HUP"}) Signal.handle(new Signal(name), signal -> end());
        InputStream pipe = new FileInputStream("/dev/fd/" + descriptor);
        System.setIn(InputStream.nullInputStream());
        Thread thread = new Thread(null, () -> follow(pipe), "lifeline", 64 * 1024);
        thread.setDaemon(true);
        thread.start();
    }

    private static void follow(InputStream pipe) {
        try {
            while (pipe.read() >= 0) continue;
        } catch (IOException error) {
            // The same as its end.
        }
        end();
    }

    /** Kills every process below this one, then leaves. */
    public static void end() {
        try {
            killDescendants();
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    public static void killDescendants() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }
}
