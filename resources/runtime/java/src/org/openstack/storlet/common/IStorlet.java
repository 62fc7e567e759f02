package org.openstack.storlet.common;

import java.util.ArrayList;
import java.util.Map;

/**
 * What a Java storlet implements. One instance serves every invocation, several of them at once: it has to be thread-safe and keeps
 * nothing of an invocation in its fields.
 */
public interface IStorlet {
    /**
     * One invocation: reads the inputs, sets the output's metadata once, then writes the output.
     *
     * @param inStreams the primary input, then the extra ones
     * @param outStreams one output, a {@link StorletObjectOutputStream}
     * @param parameters those of the request, and {@code storlet_execution_path}
     * @param logger the run's log
     * @throws StorletException where the invocation has failed
     */
    void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException;
}
