package samples;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/** Keeps some columns of a table and, on wish, the rows above a minimum. Its fields hold no commas and no quotes. */
public class CsvColumns implements IStorlet {
    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        try (BufferedReader from = new BufferedReader(new InputStreamReader(input.getStream(), StandardCharsets.UTF_8))) {
            String first = from.readLine();
            List<String> header = first == null ? List.of() : Arrays.asList(first.split(",", -1));
            // Whatever can be wrong with the request is found before the first byte goes out: only so the client sees an error.
            List<String> wanted = parameters.containsKey("columns") ? Arrays.asList(parameters.get("columns").split(",")) : header;
            int[] indexes = new int[wanted.size()];
            for (int at = 0; at < indexes.length; at++) indexes[at] = indexOf(header, wanted.get(at));
            int filtered = parameters.containsKey("min") ? indexOf(header, parameters.get("column")) : -1;
            double least = filtered < 0 ? 0 : numberOf(parameters.get("min"));

            Map<String, String> metadata = new HashMap<>(input.getMetadata());
            metadata.put("Columns", parameters.getOrDefault("columns", "all"));
            output.setMetadata(metadata);

            long total = 0;
            long kept = 0;
            try (BufferedWriter to = new BufferedWriter(new OutputStreamWriter(output.getStream(), StandardCharsets.UTF_8))) {
                to.write(String.join(",", wanted) + "\n");
                for (String line = from.readLine(); line != null; line = from.readLine(), total++) {
                    String[] row = line.split(",", -1);
                    if (filtered >= 0 && numberOf(row[filtered]) < least) continue;
                    kept++;
                    for (int at = 0; at < indexes.length; at++) {
                        if (at > 0) to.write(',');
                        to.write(row[indexes[at]]);
                    }
                    to.write('\n');
                }
            }
            logger.emitLog("kept " + kept + " of " + total + " rows");
        } catch (IOException error) {
            throw new StorletException("Reading the table failed: " + error.getMessage());
        }
    }

    private static int indexOf(List<String> header, String name) throws StorletException {
        int index = header.indexOf(name);
        if (index < 0) throw new StorletException("There is no column " + name + ", but " + String.join(", ", header));
        return index;
    }

    private static double numberOf(String text) throws StorletException {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException error) {
            throw new StorletException(text + " is no number");
        }
    }
}
