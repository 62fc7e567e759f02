/** A stand-in for an engine that will be killed: starts a run that never ends, then prints the id of its sandbox. */
import { runOf, storletOf, testCompute } from "./test-compute.ts";

const [, , isolation, directory, nap] = process.argv;
const { compute } = await testCompute({ isolation: isolation === "plain" ? "plain" : "bubblewrap", directory: directory as string });
const endless = storletOf(`
import subprocess
subprocess.Popen(["/bin/sleep", "${nap}"], start_new_session=True)
o.set_metadata({})
while True:
    o.write(b"x" * 65536)
    time.sleep(0.01)
`);
const invocation = await compute.invoke(runOf(endless));
process.stdout.write(`${JSON.stringify({ id: compute.list()[0]?.id })}\n`);
for await (const chunk of invocation.output) if (chunk.byteLength === 0) break;
