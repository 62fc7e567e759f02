package seven;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.openstack.storlet.common.StorletException;

/** What the storlets of this package share. */
final class Streams {
    private Streams() {}

    static void copy(InputStream from, OutputStream to, int chunkBytes, int times) throws IOException {
        byte[] chunk = new byte[chunkBytes];
        for (int count; (count = from.read(chunk, 0, chunkBytes)) > 0; ) {
            for (int n = 0; n < times; n++) to.write(chunk, 0, count);
        }
    }

    static int number(Map<String, String> parameters, String name, int otherwise) throws StorletException {
        String text = parameters.get(name);
        if (text == null) return otherwise;
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException error) {
            throw new StorletException(name + " is no number: " + text);
        }
    }

    static int required(Map<String, String> parameters, String name) throws StorletException {
        if (!parameters.containsKey(name)) throw new StorletException("The parameter " + name + " is missing");
        return number(parameters, name, 0);
    }

    /** Exit code of a program that lies beside the storlet. */
    static int execute(Map<String, String> parameters, String name) throws StorletException {
        try {
            return Runtime.getRuntime().exec(parameters.get("storlet_execution_path") + "/" + name).waitFor();
        } catch (IOException error) {
            throw new StorletException("Cannot run " + name + ": " + error.getMessage());
        } catch (InterruptedException error) {
            throw new StorletException("Interrupted");
        }
    }
}
