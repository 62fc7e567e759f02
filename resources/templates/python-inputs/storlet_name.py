"""StorletName: the lines of the first object that are in none of the others."""


class StorletName:
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        sink = out_files[0]
        source, others = in_files[0], in_files[1:]
        known = set()
        for other in others:
            known.update(other.read().splitlines())
            other.close()

        metadata = source.get_metadata()
        metadata["Compared-With"] = str(len(others))
        sink.set_metadata(metadata)

        new = [line for line in source.read().splitlines() if line not in known]
        sink.write(b"".join(line + b"\n" for line in new))
        self.logger.info("%d lines are new" % len(new))
        source.close()
        sink.close()
