import hashlib
import tempfile


class Label(object):
    """Adds what it finds, and its parameters, to the object's metadata.

    Lesson: metadata is set once and before the first byte. What is known at
    the end only, like a checksum, makes the content wait in a temporary file.
    """

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        digest = hashlib.sha256()
        size = 0
        with tempfile.TemporaryFile() as kept:
            while True:
                chunk = source.read(65536)
                if not chunk:
                    break
                digest.update(chunk)
                size += len(chunk)
                kept.write(chunk)

            metadata = source.get_metadata()
            metadata['Content-Bytes'] = str(size)
            metadata['Sha256'] = digest.hexdigest()
            for name, value in params.items():
                # The engine adds the place of the code to what the client gave.
                if name != 'storlet_execution_path':
                    metadata[name.title()] = value
            sink.set_metadata(metadata)

            kept.seek(0)
            for chunk in iter(lambda: kept.read(65536), b''):
                sink.write(chunk)
        self.logger.info('labelled %d bytes with %d fields' % (size, len(metadata)))
        source.close()
        sink.close()
