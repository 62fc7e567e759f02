class LineFilter(object):
    """Keeps the lines of an object that contain a text.

    Lesson: input and output are streams. Set the metadata first, then write
    while you read; the whole object is never in memory.
    """

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        wanted = params.get('contains', '').encode('utf-8')

        metadata = source.get_metadata()
        metadata['Filtered-By'] = params.get('contains', '')
        sink.set_metadata(metadata)

        total = kept = 0
        for line in self.read_lines(source):
            total += 1
            if wanted in line:
                kept += 1
                sink.write(line)

        self.logger.info('kept %d of %d lines' % (kept, total))
        source.close()
        sink.close()

    def read_lines(self, source):
        """Lines with their line ends. Iterating a storlet file yields one big chunk, so cut it here."""
        rest = b''
        while True:
            chunk = source.read(65536)
            if not chunk:
                break
            lines = (rest + chunk).split(b'\n')
            rest = lines.pop()
            for line in lines:
                yield line + b'\n'
        if rest:
            yield rest
