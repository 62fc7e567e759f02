package org.openstack.storlet.common;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import studio.daemon.Binding;

/** Ties the daemon to this package's types; no part of the API. The same API exists in two packages, the daemon knows neither. */
public final class StorletBinding implements Binding {
    private final IStorlet storlet;

    public StorletBinding(Object storlet) {
        this.storlet = (IStorlet) storlet;
    }

    @Override
    public void invoke(
            List<Input> inputs, OutputStream data, OutputStream metadata, HashMap<String, String> parameters, Consumer<String> log)
            throws Exception {
        ArrayList<StorletInputStream> inStreams = new ArrayList<>();
        for (Input input : inputs) inStreams.add(wrap(input));
        ArrayList<StorletOutputStream> outStreams = new ArrayList<>();
        outStreams.add(new StorletObjectOutputStream(data, new HashMap<>(), metadata));
        StorletLogger logger = new StorletLogger(log);
        try {
            storlet.invoke(inStreams, outStreams, parameters, logger);
        } finally {
            logger.close();
        }
    }

    private static StorletInputStream wrap(Input input) {
        InputStream stream = input.stream();
        if (input.end() < 0) return new StorletInputStream(stream, input.metadata());
        return new RangeStorletInputStream(stream, input.metadata(), input.start(), input.end());
    }
}
