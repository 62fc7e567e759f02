package samples;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Map;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.RangeStorletInputStream;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/** Every other byte of the input, starting with the first. Try it with the header X-Storlet-Range: bytes=10-29. */
public class Half implements IStorlet {
    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        // A range is cut by the runtime: the stream holds nothing but the bytes of the range.
        logger.emitLog(input instanceof RangeStorletInputStream ? "The input is a range." : "The input is a whole object.");

        // Metadata goes first, and exactly once.
        output.setMetadata(input.getMetadata());
        // Each write leaves at once: single bytes are better collected.
        try (InputStream from = input.getStream();
                OutputStream to = new BufferedOutputStream(output.getStream(), 64 * 1024)) {
            boolean keep = true;
            for (int value = from.read(); value >= 0; value = from.read()) {
                if (keep) to.write(value);
                keep = !keep;
            }
        } catch (IOException error) {
            throw new StorletException("Copying failed: " + error.getMessage());
        }
    }
}
