package studio.daemon;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The places of a daemon: as many invocations run at once; the others wait in order. A run that ignores being cancelled loses its place. */
final class Places {
    /** How long a cancelled run may go on before it counts as stuck. */
    private static final long GRACE_NANOS = 1_000_000_000L;

    private record Cancelled(Invocation invocation, long untilNanos) {}

    private final int size;
    private final Binding storlet;
    private final String directory;
    private final long pid;
    private final Runnable onIdle;
    private final ArrayDeque<Invocation> queue = new ArrayDeque<>();
    private final List<Invocation> running = new ArrayList<>();
    private final List<Cancelled> cancelled = new ArrayList<>();
    private final List<Invocation> stuck = new ArrayList<>();
    /** What waiting threads are to run next. */
    private final ArrayDeque<Invocation> handed = new ArrayDeque<>();
    private int waitingThreads;

    /** {@code onIdle} is called after a cancelled run where no other is left. */
    Places(int size, Binding storlet, String directory, long pid, Runnable onIdle) {
        this.size = size;
        this.storlet = storlet;
        this.directory = directory;
        this.pid = pid;
        this.onIdle = onIdle;
    }

    synchronized int running() {
        return running.size();
    }

    synchronized int queued() {
        return queue.size();
    }

    /** The output of a run that has asked for it. False where no such run is under way. */
    synchronized boolean addLateOutput(String id, String name, Invocation.Stream stream) {
        if (!name.equals("out")) return false;
        for (Invocation each : running) {
            if (!each.id.equals(id)) continue;
            each.addStream(name, stream);
            return true;
        }
        return false;
    }

    synchronized void add(Invocation invocation) {
        queue.addLast(invocation);
        startNext();
    }

    private void startNext() {
        while (!queue.isEmpty() && running.size() < size) {
            Invocation next = queue.removeFirst();
            running.add(next);
            if (waitingThreads > 0) {
                handed.addLast(next);
                waitingThreads--;
                notify();
            } else {
                Thread thread = new Thread(null, new Worker(next), "place");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    /** Forgets what waits, interrupts what runs. */
    void cancel(Invocation invocation) {
        boolean wasRunning = invocation.cancel();
        synchronized (this) {
            if (queue.remove(invocation) || !wasRunning || !running.contains(invocation)) return;
            cancelled.add(new Cancelled(invocation, System.nanoTime() + GRACE_NANOS));
        }
    }

    /** Nanoseconds until {@link #findStuck} has something to look at; -1 where nothing is due. */
    synchronized long nextCheckNanos() {
        return cancelled.isEmpty() ? -1 : Math.max(1, cancelled.get(0).untilNanos - System.nanoTime());
    }

    /** Takes the place from every cancelled run that went on for too long. True where there is a new one. */
    synchronized boolean findStuck() {
        boolean found = false;
        for (Iterator<Cancelled> each = cancelled.iterator(); each.hasNext(); ) {
            Cancelled one = each.next();
            if (one.untilNanos > System.nanoTime()) continue;
            each.remove();
            running.remove(one.invocation);
            stuck.add(one.invocation);
            found = true;
        }
        if (found) startNext();
        return found;
    }

    /** Ends the run's stay; returns the thread's next invocation, or null where its place was taken from it. */
    private synchronized Invocation leave(Invocation done) {
        boolean wasCancelled = cancelled.removeIf(one -> one.invocation == done);
        if (stuck.remove(done)) return null;
        running.remove(done);
        if (wasCancelled && running.isEmpty()) onIdle.run();
        waitingThreads++;
        startNext();
        boolean interrupted = false;
        while (handed.isEmpty()) {
            try {
                wait();
            } catch (InterruptedException error) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.interrupted();
        return handed.removeFirst();
    }

    private final class Worker implements Runnable {
        private Invocation next;

        Worker(Invocation first) {
            next = first;
        }

        @Override
        public void run() {
            Usage usage = new Usage(pid);
            while (next != null) {
                Invocation current = next;
                try {
                    current.run(storlet, directory, usage);
                } catch (Throwable error) {
                    // A fault of this runtime, or no memory left even to say so: the engine must not wait for it.
                    current.control.close();
                } finally {
                    current.closeStreams();
                }
                next = leave(current);
            }
        }
    }
}
