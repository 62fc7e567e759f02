package storlet_name;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/** The lines of the first object that are in none of the others. */
public class StorletName implements IStorlet {
    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        int added = 0;
        try {
            Set<String> known = new HashSet<>();
            for (StorletInputStream other : inStreams.subList(1, inStreams.size())) {
                try (BufferedReader from = readerOf(other)) {
                    for (String line = from.readLine(); line != null; line = from.readLine()) known.add(line);
                }
            }
            Map<String, String> metadata = new HashMap<>(input.getMetadata());
            metadata.put("Compared-With", String.valueOf(inStreams.size() - 1));
            output.setMetadata(metadata);
            try (BufferedReader from = readerOf(input);
                    BufferedWriter to = new BufferedWriter(new OutputStreamWriter(output.getStream(), StandardCharsets.UTF_8))) {
                for (String line = from.readLine(); line != null; line = from.readLine()) {
                    if (known.contains(line)) continue;
                    to.write(line);
                    to.write('\n');
                    added++;
                }
            }
        } catch (IOException error) {
            throw new StorletException("Comparing failed: " + error.getMessage());
        }
        logger.emitLog(added + " lines are new");
    }

    private static BufferedReader readerOf(StorletInputStream input) {
        return new BufferedReader(new InputStreamReader(input.getStream(), StandardCharsets.UTF_8));
    }
}
