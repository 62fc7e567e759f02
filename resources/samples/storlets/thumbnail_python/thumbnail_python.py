import struct
import zlib

SIGNATURE = b'\x89PNG\r\n\x1a\n'
#: Bytes per pixel by PNG's colour type: grey, RGB, grey with alpha, RGB with alpha.
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


class Thumbnail(object):
    """Shrinks a PNG by averaging, and answers with a PNG.

    Lesson: the picture is decoded before any metadata is set. Only so a bad
    one still fails with a status that the client sees.
    """

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        divide = int(params.get('divide', '4'))
        if not 1 <= divide <= 100:
            raise ValueError('divide is a number from 1 to 100, not %d' % divide)
        source, sink = in_files[0], out_files[0]
        width, height, color_type, rows = decode(source.read())
        small = shrink(rows, width, height, CHANNELS[color_type], divide)
        picture = encode(small, max(1, width // divide), len(small), color_type)

        metadata = source.get_metadata()
        metadata['Content-Type'] = 'image/png'
        metadata['Original-Size'] = '%dx%d' % (width, height)
        sink.set_metadata(metadata)
        sink.write(picture)
        self.logger.info('shrunk to %d x %d' % (max(1, width // divide), len(small)))
        source.close()
        sink.close()


def decode(data):
    """Width, height, colour type and the rows of a PNG with 8 bits per channel that is not interlaced."""
    if not data.startswith(SIGNATURE):
        raise ValueError('the object is no PNG')
    at, header, packed = len(SIGNATURE), None, []
    while at + 8 <= len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b'IHDR':
            header = struct.unpack('>IIBBBBB', body)
        elif kind == b'IDAT':
            packed.append(body)
        at += 12 + size
    if header is None or not packed:
        raise ValueError('the PNG is cut off')
    width, height, depth, color_type, _, _, interlaced = header
    if depth != 8 or interlaced or color_type not in CHANNELS:
        raise ValueError('only PNGs with 8 bits per channel, without palette and interlacing, are understood')

    raw = zlib.decompress(b''.join(packed))
    step = CHANNELS[color_type]
    stride = width * step
    rows, above = [], bytearray(stride)
    for y in range(height):
        begin = y * (stride + 1)
        row = bytearray(raw[begin + 1:begin + 1 + stride])
        unfilter(raw[begin], row, above, step)
        rows.append(row)
        above = row
    return width, height, color_type, rows


def unfilter(kind, row, above, step):
    """Every PNG row says which neighbours its bytes are differences of."""
    if kind == 1:
        for i in range(step, len(row)):
            row[i] = (row[i] + row[i - step]) & 255
    elif kind == 2:
        for i in range(len(row)):
            row[i] = (row[i] + above[i]) & 255
    elif kind == 3:
        for i in range(len(row)):
            left = row[i - step] if i >= step else 0
            row[i] = (row[i] + (left + above[i]) // 2) & 255
    elif kind == 4:
        for i in range(len(row)):
            left, corner = (row[i - step], above[i - step]) if i >= step else (0, 0)
            guess = left + above[i] - corner
            to_left, to_above, to_corner = abs(guess - left), abs(guess - above[i]), abs(guess - corner)
            nearest = left if to_left <= to_above and to_left <= to_corner else above[i] if to_above <= to_corner else corner
            row[i] = (row[i] + nearest) & 255


def shrink(rows, width, height, step, divide):
    """Every pixel becomes the average of a square of `divide` x `divide`; what is left over at the edges is cut off."""
    small = []
    for top in range(0, max(1, height // divide) * divide, divide):
        block = rows[top:top + divide]
        row = bytearray()
        for left in range(0, max(1, width // divide) * divide, divide):
            for channel in range(step):
                begin, end = left * step + channel, min(left + divide, width) * step
                total = sum(sum(line[begin:end:step]) for line in block)
                row.append(total // (len(block) * (min(left + divide, width) - left)))
        small.append(row)
    return small


def encode(rows, width, height, color_type):
    def chunk(kind, body):
        return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))

    header = struct.pack('>IIBBBBB', width, height, 8, color_type, 0, 0, 0)
    data = zlib.compress(b''.join(b'\0' + bytes(row) for row in rows))
    return SIGNATURE + chunk(b'IHDR', header) + chunk(b'IDAT', data) + chunk(b'IEND', b'')
