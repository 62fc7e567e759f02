import codecs
import re
from collections import Counter


class WordCount(object):
    """Counts words and writes the most frequent ones as `count<TAB>word` lines.

    Lesson: a result that is small can travel as metadata too. It must be set
    before the first byte is written, so this storlet reads everything first.
    """

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        top = int(params.get('top', '20'))

        counts = Counter()
        decoder = codecs.getincrementaldecoder('utf-8')('replace')
        rest = ''
        while True:
            chunk = source.read(65536)
            text = rest + decoder.decode(chunk, final=not chunk)
            # The last word may go on in the next chunk.
            cut = len(text) if not chunk else max(text.rfind(' '), text.rfind('\n')) + 1
            counts.update(re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text[:cut].lower()))
            rest = text[cut:]
            if not chunk:
                break

        words = sum(counts.values())
        sink.set_metadata({'Words': str(words), 'Different-Words': str(len(counts)), 'Content-Type': 'text/plain; charset=utf-8'})
        for word, count in counts.most_common(top):
            sink.write(('%d\t%s\n' % (count, word)).encode('utf-8'))

        self.logger.info('%d words, %d different' % (words, len(counts)))
        source.close()
        sink.close()
