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
import java.util.zip.CRC32;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/**
 * A log that can be handed out: who did what stays visible, who it was does not. One instance serves all runs at once, so everything
 * that belongs to a run is in local variables.
 */
public class MaskAddresses implements IStorlet {
    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        String salt = parameters.getOrDefault("salt", "");
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        output.setMetadata(new HashMap<>(input.getMetadata()));

        Map<String, String> names = new HashMap<>();
        try (BufferedReader from = new BufferedReader(new InputStreamReader(input.getStream(), StandardCharsets.UTF_8));
                BufferedWriter to = new BufferedWriter(new OutputStreamWriter(output.getStream(), StandardCharsets.UTF_8))) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                int end = line.indexOf(' ');
                String address = end < 0 ? line : line.substring(0, end);
                to.write(names.computeIfAbsent(address, each -> nameOf(each, salt)));
                to.write(line, address.length(), line.length() - address.length());
                to.write('\n');
            }
        } catch (IOException error) {
            throw new StorletException("Masking failed: " + error.getMessage());
        }
        logger.emitLog(names.size() + " addresses masked");
    }

    /** Whoever knows the salt can find the address again by trying. */
    private static String nameOf(String address, String salt) {
        CRC32 checksum = new CRC32();
        checksum.update((salt + address).getBytes(StandardCharsets.UTF_8));
        return String.format("client-%08x", checksum.getValue());
    }
}
