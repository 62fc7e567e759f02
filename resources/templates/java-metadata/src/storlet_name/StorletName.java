package storlet_name;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

/** Adds size and SHA-256 of the content to the object's metadata. */
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
        try {
            // What the metadata tells is known at the end only, and nothing may be written before it is set.
            Path kept = Files.createTempFile("content", null);
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                long sizeBytes;
                try (InputStream from = new DigestInputStream(input.getStream(), digest);
                        OutputStream to = Files.newOutputStream(kept)) {
                    sizeBytes = from.transferTo(to);
                }
                Map<String, String> metadata = new HashMap<>(input.getMetadata());
                metadata.put("Content-Bytes", String.valueOf(sizeBytes));
                metadata.put("Sha256", hex(digest.digest()));
                if (parameters.containsKey("label")) metadata.put("Label", parameters.get("label"));
                output.setMetadata(metadata);
                try (OutputStream to = output.getStream()) {
                    Files.copy(kept, to);
                }
                logger.emitLog(sizeBytes + " bytes described");
            } finally {
                Files.delete(kept);
            }
        } catch (IOException | NoSuchAlgorithmException error) {
            throw new StorletException("Describing failed: " + error.getMessage());
        }
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) text.append(String.format("%02x", each));
        return text.toString();
    }
}
