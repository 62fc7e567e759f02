class Identity(object):
    """Passes an object through, byte for byte.

    Lesson: the smallest storlet. Metadata first, then the bytes in pieces,
    then close: whatever you build begins with this.
    """

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        sink.set_metadata(source.get_metadata())
        size = 0
        while True:
            chunk = source.read(65536)
            if not chunk:
                break
            sink.write(chunk)
            size += len(chunk)
        self.logger.info('passed %d bytes through' % size)
        source.close()
        sink.close()
