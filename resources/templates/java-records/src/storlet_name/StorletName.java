package storlet_name;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
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

/** The lines of an object that begin in one part of it, so that several readers share an object without cutting a line. */
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
        // The input is the range of X-Storlet-Range; without `length` all of it counts.
        long length = parameters.containsKey("length") ? Long.parseLong(parameters.get("length")) : Long.MAX_VALUE;
        // A later part begins one byte early: where that byte is a line end, the line after it is this part's own.
        boolean keep = parameters.getOrDefault("first", "true").equals("true");
        output.setMetadata(new HashMap<>(input.getMetadata()));

        long position = 0;
        long beginsAt = 0;
        long lines = 0;
        try (InputStream from = new BufferedInputStream(input.getStream(), 65536);
                OutputStream to = new BufferedOutputStream(output.getStream(), 65536)) {
            for (int value; (value = from.read()) >= 0; position++) {
                if (position == beginsAt) {
                    if (beginsAt >= length) break;
                    if (keep) lines++;
                }
                if (keep) to.write(value);
                if (value == '\n') {
                    beginsAt = position + 1;
                    keep = true;
                }
            }
        } catch (IOException error) {
            throw new StorletException("Reading lines failed: " + error.getMessage());
        }
        logger.emitLog(lines + " lines");
    }
}
