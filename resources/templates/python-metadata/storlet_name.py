"""StorletName: adds size and SHA-256 of the content to the object's metadata."""
import hashlib
import tempfile


class StorletName:
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        digest = hashlib.sha256()
        size = 0
        # What the metadata tells is known at the end only, and nothing may be written before it is set.
        with tempfile.TemporaryFile() as kept:
            while True:
                chunk = source.read(65536)
                if not chunk:
                    break
                digest.update(chunk)
                size += len(chunk)
                kept.write(chunk)

            metadata = source.get_metadata()
            metadata.update({"Content-Bytes": str(size), "Sha256": digest.hexdigest()})
            if params.get("label"):
                metadata["Label"] = params["label"]
            sink.set_metadata(metadata)

            kept.seek(0)
            for chunk in iter(lambda: kept.read(65536), b""):
                sink.write(chunk)
        self.logger.info("%d bytes described" % size)
        source.close()
        sink.close()
