/** Storlets that tests run: each shows one behaviour, in as few lines as it takes. */

function storlet(body: string): string {
  const indented = body
    .trim()
    .split("\n")
    .map((line) => `        ${line}`)
    .join("\n");
  return `import os, sys, time\n\n\nclass Storlet(object):\n    def __init__(self, logger):\n        self.logger = logger\n\n    def __call__(self, in_files, out_files, params):\n        source, sink = in_files[0], out_files[0]\n${indented}\n`;
}

export const testStorlets = {
  identity: storlet(`
sink.set_metadata(source.get_metadata())
while True:
    data = source.read(65536)
    if not data:
        break
    sink.write(data)
source.close()
sink.close()`),
  upper: storlet(`
metadata = source.get_metadata()
metadata['Was'] = 'lower'
sink.set_metadata(metadata)
sink.write(source.read().upper())
self.logger.info('made upper')
print('printed')
sys.stderr.write('complained\\n')`),
  echo: storlet(`
sink.set_metadata({'Content-Type': 'text/plain'})
for key in sorted(params):
    sink.write(('%s=%s\\n' % (key, params[key])).encode())`),
  raises: storlet(`
self.logger.info('about to fail')
raise ValueError('no such column: height')`),
  raisesLate: storlet(`
sink.set_metadata({})
sink.write(b'begun' * 20000)
sink.flush()
raise ValueError('half-way')`),
  silent: storlet(`
time.sleep(3600)`),
  stalls: storlet(`
sink.set_metadata({})
sink.write(b'begun')
sink.flush()
time.sleep(3600)`),
  readsNothing: storlet(`
sink.set_metadata({})
sink.write(b'done')
sink.close()`),
  readsNothingAndWaits: storlet(`
time.sleep(3600)`),
  writesForever: storlet(`
sink.set_metadata({})
block = b'x' * 65536
while True:
    sink.write(block)`),
  noMetadata: storlet(`
sink.close()`),
} as const;

export type TestStorlet = keyof typeof testStorlets;
