import zlib


class Gzip(object):
    """Compresses with gzip while the bytes pass by, or restores them.

    Lesson: nothing is collected, so the object may be of any size. On PUT the
    store keeps what the storlet writes.
    """

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        action = params.get('action', 'compress')
        if action not in ('compress', 'uncompress'):
            raise ValueError('action is compress or uncompress, not %s' % action)
        source, sink = in_files[0], out_files[0]
        # 31: a window of 32 KiB, with the header and checksum of gzip around it.
        codec = zlib.compressobj(6, zlib.DEFLATED, 31) if action == 'compress' else zlib.decompressobj(31)
        step = codec.compress if action == 'compress' else codec.decompress

        metadata = source.get_metadata()
        if action == 'compress':
            metadata['Content-Type'] = 'application/gzip'
        sink.set_metadata(metadata)

        taken = given = 0
        while True:
            chunk = source.read(65536)
            if not chunk:
                break
            taken += len(chunk)
            data = step(chunk)
            given += len(data)
            if data:
                sink.write(data)
        data = codec.flush()
        if data:
            sink.write(data)
        self.logger.info('%d bytes became %d' % (taken, given + len(data)))
        source.close()
        sink.close()
