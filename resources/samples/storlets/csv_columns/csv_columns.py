import csv
import io


class CsvColumns(object):
    """Keeps some columns of a CSV object and, on wish, the rows above a minimum.

    Lesson: push the query down. Only the columns and rows that are asked for
    leave the store.
    """

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        limit = float(params['min']) if 'min' in params else None

        metadata = source.get_metadata()
        metadata['Columns'] = params.get('columns', 'all')
        sink.set_metadata(metadata)

        rows = csv.reader(io.TextIOWrapper(StorletReader(source), encoding='utf-8', newline=''))
        header = next(rows)
        wanted = params['columns'].split(',') if params.get('columns') else header
        indexes = [header.index(name) for name in wanted]
        filtered = header.index(params['column']) if limit is not None else None

        total = kept = 0
        self.write_row(sink, wanted)
        for row in rows:
            total += 1
            if filtered is None or float(row[filtered]) >= limit:
                kept += 1
                self.write_row(sink, [row[index] for index in indexes])

        self.logger.info('kept %d of %d rows' % (kept, total))
        source.close()
        sink.close()

    def write_row(self, sink, row):
        text = io.StringIO()
        csv.writer(text, lineterminator='\n').writerow(row)
        sink.write(text.getvalue().encode('utf-8'))


class StorletReader(io.RawIOBase):
    """A storlet input as a standard raw stream, for libraries that want one."""

    def __init__(self, source):
        self.source = source

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self.source.read(len(buffer))
        buffer[:len(data)] = data
        return len(data)
