package samples;

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

/** Passes an object through, byte for byte: the smallest storlet. Bytes stay bytes; text made of them might not come back the same. */
public class Identity implements IStorlet {
    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        // A copy: setMetadata empties the map that it is given.
        output.setMetadata(new HashMap<>(input.getMetadata()));
        try (InputStream from = input.getStream();
                OutputStream to = output.getStream()) {
            logger.emitLog("passed " + from.transferTo(to) + " bytes through");
        } catch (IOException error) {
            throw new StorletException("Copying failed: " + error.getMessage());
        }
    }
}
