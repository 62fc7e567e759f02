/** What managers do with accounts: `studio account …` and the images of `studio image …`. Talks to the engine and to the host's Docker. */
import { formatSize } from "../support/format.ts";
import { findEngine } from "../support/discovery.ts";
import { connectEngine } from "./client.ts";
import type { CommandContext } from "./commands.ts";
import type { CliHost } from "./host.ts";
import { serveOptionsOf, usageError, type ParsedCommand } from "./options.ts";

/** `test2` and `AUTH_test2` are the same account. */
function accountOf(name: string): string {
  return name.startsWith("AUTH_") ? name : `AUTH_${name}`;
}

/** `account enable|disable ACCOUNT`. */
export async function account({ host, client }: CommandContext, command: ParsedCommand): Promise<0> {
  const [action, name = ""] = command.operands;
  if ((action !== "enable" && action !== "disable") || !/^[^/]+$/.test(name)) {
    throw usageError(command.spec);
  }
  await client.api.accounts.setEnabled.mutate({ account: accountOf(name), enabled: action === "enable" });
  host.stdout.write(`${accountOf(name)} is ${action}d for storlets.\n`);
  return 0;
}

/** `image list|import|assign`. */
export async function manageImages(host: CliHost, command: ParsedCommand): Promise<0> {
  const [action, first = "", second = ""] = command.operands;
  if (action === "list" && first === "") {
    for (const { name, sizeBytes, isDefault } of await host.images.list()) {
      host.stdout.write(`${formatSize(sizeBytes).padStart(8)}  ${name}${isDefault ? "  (default)" : ""}\n`);
    }
  } else if (action === "import" && first !== "" && second === "") {
    for await (const line of host.images.load(first)) host.stdout.write(`${line}\n`);
  } else if (action === "assign" && second !== "") {
    const { scope, image } = await host.images.assign(accountOf(first), second);
    host.stdout.write(`${second} is the image ${image} of ${accountOf(first)}.\n`);
    await endSandbox(host, command, scope);
  } else {
    throw usageError(command.spec);
  }
  return 0;
}

/** The next run of a running engine makes the account's sandbox anew. */
async function endSandbox(host: CliHost, command: ParsedCommand, scope: string): Promise<void> {
  const options = serveOptionsOf(command.values, host.defaultDataDirectory);
  if (findEngine(options.dataDirectory) === null) return;
  await using client = await connectEngine(host, options);
  await client.api.sandboxes.stop.mutate({ scope });
}
