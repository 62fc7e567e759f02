class BrokenTotals(object):
    """Adds up a column of a CSV object, and stops at the first value that is not a number.

    Lesson: a client sees only 503. The traceback is in the log, and the line
    is marked in the editor. Mend it: skip the rows whose value is `n/a`.
    """

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        lines = source.read().decode('utf-8').splitlines()
        index = lines[0].split(',').index(params.get('column', 'temperature'))
        self.logger.info('adding up %d rows' % (len(lines) - 1))

        total = 0.0
        for line in lines[1:]:
            total += float(line.split(',')[index])

        sink.set_metadata({'Rows': str(len(lines) - 1)})
        sink.write(('%.1f\n' % total).encode('utf-8'))
        source.close()
        sink.close()
