"""StorletName: the lines of an object that begin in one part of it, so that several readers share an object without cutting a line."""


class StorletName:
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        # The input is the range of X-Storlet-Range; without `length` all of it counts.
        length = int(params["length"]) if "length" in params else None
        # A later part begins one byte early: where that byte is a line end, the line after it is this part's own.
        skip = params.get("first", "true") != "true"
        sink.set_metadata(source.get_metadata())

        position = count = 0
        for line in self.read_lines(source):
            begins_at, position = position, position + len(line)
            if length is not None and begins_at >= length:
                break
            if skip and begins_at == 0:
                continue
            sink.write(line)
            count += 1
        self.logger.info("%d lines" % count)
        source.close()
        sink.close()

    def read_lines(self, source):
        """Lines with their line ends. Iterating a storlet file yields one big chunk, so cut it here."""
        rest = b""
        while True:
            chunk = source.read(65536)
            if not chunk:
                break
            lines = (rest + chunk).split(b"\n")
            rest = lines.pop()
            for line in lines:
                yield line + b"\n"
        if rest:
            yield rest
