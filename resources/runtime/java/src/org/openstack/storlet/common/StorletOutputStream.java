package org.openstack.storlet.common;

import java.util.HashMap;

/** What all outputs share. Storlets cast theirs to {@link StorletObjectOutputStream}. */
public abstract class StorletOutputStream {
    private final HashMap<String, String> metadata;

    protected StorletOutputStream(HashMap<String, String> metadata) {
        this.metadata = metadata;
    }

    public HashMap<String, String> getMetadata() {
        return metadata;
    }

    public abstract void close();
}
