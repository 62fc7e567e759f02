/** Skeletons of storlets that completion offers, as plain data. */

/** A skeleton: completion offers it by its prefix. */
export interface ApiSnippet {
  prefix: string;
  title: string;
  body: string;
}

export const pythonSnippets: readonly ApiSnippet[] = [
  {
    prefix: "storlet",
    title: "A storlet: class, metadata, read, write",
    body: `class \${1:MyStorlet}(object):
    """\${2:What it does.}"""

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]

        # Metadata goes first, and exactly once.
        sink.set_metadata(source.get_metadata())

        while True:
            chunk = source.read(65536)
            if not chunk:
                break
            sink.write(\${0:chunk})

        source.close()
        sink.close()
`,
  },
  {
    prefix: "storletcall",
    title: "The method that is invoked",
    body: `def __call__(self, in_files, out_files, params):
    source, sink = in_files[0], out_files[0]
    sink.set_metadata(source.get_metadata())
    \${0:pass}
    source.close()
    sink.close()
`,
  },
  {
    prefix: "storletlines",
    title: "Lines of an input, however long it is",
    body: `rest = b''
while True:
    chunk = source.read(65536)
    if not chunk:
        break
    lines = (rest + chunk).split(b'\\n')
    rest = lines.pop()
    for line in lines:
        \${0:sink.write(line + b'\\n')}
`,
  },
];

export const javaSnippets: readonly ApiSnippet[] = [
  {
    prefix: "storlet",
    title: "A storlet: class, metadata, copy",
    body: `import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Map;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

public class \${1:MyStorlet} implements IStorlet {
    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        // Metadata goes first, and exactly once.
        output.setMetadata(input.getMetadata());
        try (InputStream from = input.getStream();
                OutputStream to = output.getStream()) {
            \${0:from.transferTo(to);}
        } catch (IOException error) {
            throw new StorletException("Copying failed: " + error.getMessage());
        }
    }
}
`,
  },
];
