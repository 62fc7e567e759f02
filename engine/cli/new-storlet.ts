/** `studio new python NAME`: a storlet folder from a template, with a test that passes. Owns the template; deploys nothing. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { StudioError } from "../support/errors.ts";
import type { CliHost } from "./host.ts";
import type { ParsedCommand } from "./options.ts";
import { serveOptionsOf } from "./options.ts";

const run = promisify(execFile);

const className = (name: string): string =>
  name
    .split("_")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");

const source = (name: string): string => `"""${className(name)}: passes an object through, and counts its lines."""


class ${className(name)}:
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        # Metadata comes first, once, and is small; everything else is output.
        sink.set_metadata(source.get_metadata())
        lines = 0
        while True:
            chunk = source.read(65536)
            if not chunk:
                break
            lines += chunk.count(b"\\n")
            sink.write(chunk)
        self.logger.info("%d lines" % lines)
        source.close()
        sink.close()
`;

const test = (name: string): string => `"""Unit tests: no server, no sandbox."""
import unittest

from ${name} import ${className(name)}
from storlet_testing import run_storlet


class ${className(name)}Test(unittest.TestCase):
    def test_passes_everything_through(self):
        result = run_storlet(${className(name)}, b"one\\ntwo\\n", metadata={"Colour": "blue"})
        self.assertEqual(result.output, b"one\\ntwo\\n")
        self.assertEqual(result.metadata, {"Colour": "blue"})
        self.assertEqual(result.logs, [("info", "2 lines")])
        self.assertTrue(result.closed)


if __name__ == "__main__":
    unittest.main()
`;

const manifest = (name: string): string => `description: Passes an object through, and counts its lines.
language: python
main: ${name}.${className(name)}
`;

/** Makes the folder, runs its test where there is a Python, and says what to do next. Throws CONFLICT where it exists. */
export async function newStorlet(host: CliHost, command: ParsedCommand): Promise<0 | 1> {
  const [language, name = ""] = command.operands;
  if (language !== "python") {
    throw new StudioError("BAD_INPUT", `There is no template for ${language ?? ""}.`, { hint: "Use `studio new python NAME`." });
  }
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new StudioError("BAD_INPUT", `${name} is no name of a Python module.`, {
      hint: "Use lower-case letters, digits and underscores.",
    });
  }
  const { workspaceDirectory, dataDirectory } = serveOptionsOf(command.values, host.defaultDataDirectory);
  const directory = join(workspaceDirectory ?? join(dataDirectory, "workspace"), "storlets", name);
  await mkdir(join(directory, ".."), { recursive: true });
  await mkdir(directory).catch((error: NodeJS.ErrnoException) => {
    throw new StudioError("CONFLICT", `${directory} exists.`, { hint: "Choose another name.", cause: error });
  });
  await writeFile(join(directory, `${name}.py`), source(name));
  await writeFile(join(directory, `test_${name}.py`), test(name));
  await writeFile(join(directory, "storlet.yaml"), manifest(name));
  host.stdout.write(`${directory} is made.\n`);
  const helpers = join(host.runtimeDirectory, "python");
  host.stdout.write(`Test it:    PYTHONPATH='${helpers}' python3 -B -m unittest discover -s '${directory}'\n`);
  host.stdout.write(`Deploy it:  studio deploy '${join(directory, `${name}.py`)}'\n`);
  const tested = await run("python3", ["-B", "-m", "unittest", "discover", "-s", directory], {
    env: { PYTHONPATH: helpers, PATH: host.searchPath },
  }).then(
    () => true,
    (error: NodeJS.ErrnoException & { stderr?: string }) => (error.code === "ENOENT" ? null : (error.stderr ?? String(error))),
  );
  if (tested === true) host.stdout.write("Its test passes.\n");
  else if (tested === null) host.stdout.write("Its test was not run: there is no python3.\n");
  else {
    host.stderr.write(`Its test fails:\n${tested}`);
    return 1;
  }
  return 0;
}
