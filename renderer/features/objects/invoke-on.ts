/** Takes an object over to Invoke. */
import { runCommand } from "../../commands/registry.ts";

/** `path`: container/object. */
export async function invokeOn(path: string): Promise<void> {
  await runCommand("invoke.setObject", { object: path });
  await runCommand("invoke.focus");
}
