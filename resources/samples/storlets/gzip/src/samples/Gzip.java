package samples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/** gzip while the bytes pass by: nothing is collected, so the object may be of any size. */
public class Gzip implements IStorlet {
    private static final int BUFFER_BYTES = 64 * 1024;

    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        String action = parameters.getOrDefault("action", "compress");
        if (!action.equals("compress") && !action.equals("uncompress")) {
            throw new StorletException("action is compress or uncompress, not " + action);
        }
        boolean compress = action.equals("compress");
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);

        // A copy: setMetadata empties the map that it is given.
        Map<String, String> metadata = new HashMap<>(input.getMetadata());
        if (compress) metadata.put("Content-Type", "application/gzip");
        output.setMetadata(metadata);

        try (InputStream from = compress ? input.getStream() : new GZIPInputStream(input.getStream(), BUFFER_BYTES);
                OutputStream to = compress ? new GZIPOutputStream(output.getStream(), BUFFER_BYTES) : output.getStream()) {
            long sizeBytes = from.transferTo(to);
            logger.emitLog(sizeBytes + " bytes " + (compress ? "before compression" : "after decompression"));
        } catch (IOException error) {
            throw new StorletException(action + " failed: " + error.getMessage());
        }
    }
}
