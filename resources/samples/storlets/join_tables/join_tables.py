class JoinTables(object):
    """Puts CSV objects together under one header line.

    Lesson: the request's own object is the first input; those of the header
    X-Storlet-Extra-Resources follow, each with its own metadata.
    """

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        sink = out_files[0]
        # Before any byte goes out, look at all inputs: after it, no error can reach the client as a status.
        headers = [each.readline() for each in in_files]
        for header in headers:
            if header.strip() != headers[0].strip():
                raise ValueError('the columns differ: %r and %r' % (headers[0], header))

        metadata = in_files[0].get_metadata()
        metadata['Joined'] = str(len(in_files))
        sink.set_metadata(metadata)

        sink.write(headers[0])
        for each in in_files:
            last = b'\n'
            while True:
                chunk = each.read(65536)
                if not chunk:
                    break
                sink.write(chunk)
                last = chunk[-1:]
            if last != b'\n':
                sink.write(b'\n')
            each.close()
        self.logger.info('joined %d tables' % len(in_files))
        sink.close()
