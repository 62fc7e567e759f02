package samples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/** Adds what it finds, and its parameters, to the object's metadata. A checksum is known at the end, so the content waits in a file. */
public class Label implements IStorlet {
    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        try {
            Path kept = Files.createTempFile("label", null);
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                long sizeBytes;
                try (InputStream from = new DigestInputStream(input.getStream(), digest);
                        OutputStream to = Files.newOutputStream(kept)) {
                    sizeBytes = from.transferTo(to);
                }
                Map<String, String> metadata = new HashMap<>(input.getMetadata());
                metadata.put("Content-Bytes", String.valueOf(sizeBytes));
                metadata.put("Sha256", String.format("%064x", new BigInteger(1, digest.digest())));
                for (Map.Entry<String, String> parameter : parameters.entrySet()) {
                    // The engine adds the place of the code to what the client gave.
                    if (!parameter.getKey().equals("storlet_execution_path")) metadata.put(parameter.getKey(), parameter.getValue());
                }
                int fields = metadata.size();
                output.setMetadata(metadata);
                try (OutputStream to = output.getStream()) {
                    Files.copy(kept, to);
                }
                logger.emitLog("labelled " + sizeBytes + " bytes with " + fields + " fields");
            } finally {
                Files.delete(kept);
            }
        } catch (IOException | NoSuchAlgorithmException error) {
            throw new StorletException("Labelling failed: " + error.getMessage());
        }
    }
}
