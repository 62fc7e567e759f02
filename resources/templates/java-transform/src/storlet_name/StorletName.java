package storlet_name;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/** Passes an object through, and counts its lines. One instance serves all runs at once: what belongs to a run is in local variables. */
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
        // Metadata comes first, once, and is small; everything else is output. A copy, because setMetadata empties the map it is given.
        output.setMetadata(new HashMap<>(input.getMetadata()));
        long lines = 0;
        byte[] buffer = new byte[65536];
        try (InputStream from = input.getStream();
                OutputStream to = output.getStream()) {
            for (int count; (count = from.read(buffer)) >= 0; ) {
                for (int at = 0; at < count; at++) if (buffer[at] == '\n') lines++;
                to.write(buffer, 0, count);
            }
        } catch (IOException error) {
            throw new StorletException("Passing on failed: " + error.getMessage());
        }
        logger.emitLog(lines + " lines");
    }
}
