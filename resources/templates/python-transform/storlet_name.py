"""StorletName: passes an object through, and counts its lines."""


class StorletName:
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        # Metadata comes first, once, and is small; everything else is output.
        sink.set_metadata(source.get_metadata())
        lines = 0
        while True:
            chunk = source.read(65536)
            if not chunk:
                break
            lines += chunk.count(b"\n")
            sink.write(chunk)
        self.logger.info("%d lines" % lines)
        source.close()
        sink.close()
