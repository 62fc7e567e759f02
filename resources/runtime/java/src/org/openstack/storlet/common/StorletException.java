package org.openstack.storlet.common;

/** Thrown by a storlet whose invocation has failed. */
public class StorletException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what went wrong, for the author */
    public StorletException(String message) {
        super(message);
    }
}
