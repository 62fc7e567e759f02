/** `studio snapshot …`: the whole store, kept by name and brought back. */
import type { SnapshotInfo } from "../contract/index.ts";
import { formatSize } from "../support/format.ts";
import type { CommandContext } from "./commands.ts";
import { usageError, type ParsedCommand } from "./options.ts";

const contents = ({ containers, objects, bytes }: SnapshotInfo): string =>
  `${objects} objects in ${containers} containers, ${formatSize(bytes)}`;

async function list({ host, client }: CommandContext): Promise<void> {
  for (const snapshot of await client.api.snapshots.list.query()) {
    host.stdout.write(`${new Date(snapshot.createdAtMs).toISOString()}  ${snapshot.name}  ${contents(snapshot)}\n`);
  }
}

const actions: Record<string, (context: CommandContext, name: string) => Promise<void>> = {
  async save({ host, client }, name) {
    const saved = await client.api.snapshots.save.mutate({ name });
    host.stdout.write(`${name} is saved: ${contents(saved)}.\n`);
  },
  async restore({ host, client }, name) {
    const restored = await client.api.snapshots.restore.mutate({ name });
    host.stdout.write(`${name} is restored: ${contents(restored)}.\n`);
  },
  async remove({ host, client }, name) {
    await client.api.snapshots.remove.mutate({ name });
    host.stdout.write(`${name} is removed.\n`);
  },
};

export async function snapshot(context: CommandContext, command: ParsedCommand): Promise<0> {
  const [action = "", name] = command.operands;
  if (action === "list" && name === undefined) {
    await list(context);
    return 0;
  }
  const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (act === undefined || name === undefined) {
    throw usageError(command.spec);
  }
  await act(context, name);
  return 0;
}
