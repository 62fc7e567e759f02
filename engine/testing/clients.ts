/** Which real clients this machine has: tests of one that is missing are left out loudly. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** True where a program runs. With CI=true a missing one is an error. `what` is its name for a person. */
export async function isClientThere(what: string, program: string, ...probe: string[]): Promise<boolean> {
  try {
    await run(program, probe);
    return true;
  } catch (error) {
    if (process.env["CI"] === "true") throw new Error(`${what} is missing, and CI=true wants it.`, { cause: error });
    // oxlint-disable-next-line no-console -- what is left out must be seen
    console.warn(`LEFT OUT: the tests of ${what}, because "${program} ${probe.join(" ")}" does not run here.`);
    return false;
  }
}
