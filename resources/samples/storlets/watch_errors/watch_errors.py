import sys


class WatchErrors(object):
    """Passes an object through and tells what it saw, in every way there is.

    Lesson: what is logged, printed and written to stderr reaches the log of
    the run, each with its level. Ask for the header X-Storlet-Generate-Log: On
    and the store keeps the log in the container storletlog, as production does.
    """

    def __init__(self, logger):
        self.logger = logger
        logger.debug('one object serves many runs: this is said once per daemon')

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        sink.set_metadata(source.get_metadata())
        self.logger.info('reading')
        number = errors = 0
        rest = b''
        while True:
            chunk = source.read(65536)
            lines = (rest + chunk).split(b'\n')
            rest = lines.pop()
            for line in lines:
                number += 1
                if b'" 500 ' in line:
                    errors += 1
                    self.logger.warning('line %d: %s' % (number, line.decode('utf-8', 'replace')))
            if not chunk:
                break
            sink.write(chunk)
        print('%d lines' % number)
        if errors:
            print('%d answers with status 500' % errors, file=sys.stderr)
            self.logger.error('%d of %d requests failed' % (errors, number))
        source.close()
        sink.close()
