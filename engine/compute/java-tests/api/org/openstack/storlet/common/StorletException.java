package org.openstack.storlet.common;

public class StorletException extends Exception {
    public StorletException(String message) {
        super(message);
    }
}
