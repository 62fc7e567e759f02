package samples;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/** Puts CSV objects together under one header line. The request's own object is the first input, extra resources follow. */
public class JoinTables implements IStorlet {
    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        try {
            // Before any byte goes out, look at all inputs: after it, no error can reach the client as a status.
            List<BufferedReader> tables = new ArrayList<>();
            String header = null;
            for (StorletInputStream input : inStreams) {
                BufferedReader table = new BufferedReader(new InputStreamReader(input.getStream(), StandardCharsets.UTF_8));
                String own = table.readLine();
                if (header == null) header = own;
                if (own == null || !own.equals(header)) throw new StorletException("The columns differ: " + header + " and " + own);
                tables.add(table);
            }
            Map<String, String> metadata = new HashMap<>(inStreams.get(0).getMetadata());
            metadata.put("Joined", String.valueOf(tables.size()));
            output.setMetadata(metadata);
            try (BufferedWriter to = new BufferedWriter(new OutputStreamWriter(output.getStream(), StandardCharsets.UTF_8))) {
                to.write(header + "\n");
                for (BufferedReader table : tables) {
                    for (String line = table.readLine(); line != null; line = table.readLine()) to.write(line + "\n");
                    table.close();
                }
            }
            logger.emitLog("joined " + tables.size() + " tables");
        } catch (IOException error) {
            throw new StorletException("Joining failed: " + error.getMessage());
        }
    }
}
