package org.openstack.storlet.common;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;

/** An input: its bytes, read once, and its user metadata. */
public class StorletInputStream {
    protected InputStream stream;
    private final HashMap<String, String> metadata;

    public StorletInputStream(FileDescriptor descriptor, HashMap<String, String> metadata) {
        this(new FileInputStream(descriptor), metadata);
    }

    /** For tests of a storlet without a server. */
    public StorletInputStream(InputStream stream, HashMap<String, String> metadata) {
        this.stream = stream;
        this.metadata = metadata;
    }

    public HashMap<String, String> getMetadata() {
        return metadata;
    }

    public InputStream getStream() {
        return stream;
    }

    /** Ends reading; a failure to do so is of no use to anybody. */
    public void close() {
        try {
            stream.close();
        } catch (IOException ignored) {
            // As above.
        }
    }
}
