package samples;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/** Passes an object through and tells what it saw. The logger has no levels; what is printed reaches the log of its run as well. */
public class WatchErrors implements IStorlet {
    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        output.setMetadata(new HashMap<>(input.getMetadata()));
        logger.emitLog("reading");
        int number = 0;
        int errors = 0;
        try (BufferedReader from = new BufferedReader(new InputStreamReader(input.getStream(), StandardCharsets.UTF_8));
                BufferedWriter to = new BufferedWriter(new OutputStreamWriter(output.getStream(), StandardCharsets.UTF_8))) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                number++;
                if (line.contains("\" 500 ")) {
                    errors++;
                    logger.emitLog("line " + number + ": " + line);
                }
                to.write(line);
                to.write('\n');
            }
        } catch (IOException error) {
            throw new StorletException("Reading failed: " + error.getMessage());
        }
        System.out.println(number + " lines");
        if (errors > 0) System.err.println(errors + " answers with status 500");
    }
}
