package org.openstack.storlet.common;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import studio.support.Json;

/** The output: metadata once, then bytes. */
public class StorletObjectOutputStream extends StorletOutputStream {
    private final OutputStream data;
    private final OutputStream metadataStream;
    private boolean metadataSet;

    public StorletObjectOutputStream(FileDescriptor data, HashMap<String, String> metadata, FileDescriptor metadataDescriptor) {
        this(new FileOutputStream(data), metadata, new FileOutputStream(metadataDescriptor));
    }

    /** For tests of a storlet without a server: what {@link #setMetadata} writes is JSON. */
    public StorletObjectOutputStream(OutputStream data, HashMap<String, String> metadata, OutputStream metadataStream) {
        super(metadata);
        this.data = data;
        this.metadataStream = metadataStream;
    }

    /** Where the output's bytes go, after the metadata. */
    public OutputStream getStream() {
        return data;
    }

    /** Where the metadata goes as JSON, for storlets that write it themselves and then call {@link #closeMD}. */
    public OutputStream getMDStream() {
        return metadataStream;
    }

    /**
     * Sends the output's metadata. As in OpenStack Storlets, the map is empty afterwards.
     *
     * @throws StorletException where it was sent before, or cannot be sent: it has at most 4096 bytes as JSON
     */
    public void setMetadata(Map<String, String> metadata) throws StorletException {
        if (metadataSet) throw new StorletException("The output's metadata was set already");
        Map<String, Object> taken = new LinkedHashMap<>();
        // Through raw types a storlet may have put values of any type into it.
        Iterator<? extends Map.Entry<?, ?>> entries = metadata.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            taken.put(String.valueOf(entry.getKey()), entry.getValue());
            entries.remove();
        }
        metadataSet = true;
        try {
            metadataStream.write(Json.write(taken).getBytes(StandardCharsets.UTF_8));
            metadataStream.close();
        } catch (IOException error) {
            StorletException failure = new StorletException(error.getMessage());
            failure.initCause(error);
            throw failure;
        }
    }

    /** Ends the metadata. */
    public void closeMD() {
        closeQuietly(metadataStream);
    }

    @Override
    public void close() {
        closeQuietly(data);
    }

    private static void closeQuietly(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException ignored) {
            // A storlet cannot do anything about it; the run's end tells what happened.
        }
    }
}
