package samples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/** Sends the object through a program that is deployed with the storlet, and answers with what that prints. */
public class CountStatuses implements IStorlet {
    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        Path program = Path.of(parameters.get("storlet_execution_path"), "count_statuses.sh");
        try {
            Path printed = Files.createTempFile("printed", null);
            try {
                // What it prints goes to a file: a program that writes while it is written to would stand still over a full pipe.
                Process process = new ProcessBuilder(program.toString()).redirectErrorStream(true).redirectOutput(printed.toFile()).start();
                try (OutputStream to = process.getOutputStream()) {
                    input.getStream().transferTo(to);
                }
                int code = process.waitFor();
                String text = Files.readString(printed, StandardCharsets.UTF_8);
                if (code != 0) throw new StorletException("The program ended with " + code + ": " + text);

                Map<String, String> metadata = new HashMap<>(input.getMetadata());
                metadata.put("Exit-Code", String.valueOf(code));
                metadata.put("Content-Type", "text/plain");
                output.setMetadata(metadata);
                try (OutputStream to = output.getStream()) {
                    to.write(text.getBytes(StandardCharsets.UTF_8));
                }
                logger.emitLog(text.lines().count() + " statuses");
            } finally {
                Files.delete(printed);
            }
        } catch (IOException error) {
            throw new StorletException("The program could not be run: " + error.getMessage());
        } catch (InterruptedException error) {
            // A cancelled run is interrupted; nobody waits for its answer.
            Thread.currentThread().interrupt();
            throw new StorletException("Cancelled");
        }
    }
}
