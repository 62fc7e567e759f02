package studio.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a place's thread uses. Reads Linux' own figures: Java's management classes would triple the time a first run takes. */
final class Usage {
    private static final long RESIDENT_AGE_NANOS = 250_000_000L;
    private static volatile long residentBytes;
    private static volatile long residentAtNanos;

    private final long pid;
    private double cpuMs;

    Usage(long pid) {
        this.pid = pid;
    }

    long pid() {
        return pid;
    }

    /** CPU time of the calling thread since the last call, in milliseconds; 0 where the system does not tell. */
    double takeCpuMs() {
        double total = firstNumber("/proc/thread-self/schedstat", 0) / 1e6;
        double used = Math.max(0, total - cpuMs);
        cpuMs = total;
        return Math.round(used * 1000) / 1000.0;
    }

    /** Memory of the whole daemon. */
    long residentBytes() {
        long now = System.nanoTime();
        if (residentBytes == 0 || now - residentAtNanos > RESIDENT_AGE_NANOS) {
            residentAtNanos = now;
            residentBytes = firstNumber("/proc/self/statm", 1) * 4096;
        }
        return residentBytes;
    }

    private static long firstNumber(String file, int index) {
        try {
            return Long.parseLong(Files.readString(Path.of(file)).trim().split(" ")[index]);
        } catch (IOException | RuntimeException error) {
            return 0;
        }
    }
}
