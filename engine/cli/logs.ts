/** `studio logs`: prints the newest lines of the log, or follows it. Owns the dialogue; what is asked for is in log-filter.ts. */
import type { LogLine } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { objectNameOf, type CommandContext } from "./commands.ts";
import { formatLogLine } from "./format.ts";
import { createGrep, logFilterOf, newestLines } from "./log-filter.ts";
import type { ParsedCommand } from "./options.ts";

export async function logs({ host, client, paint }: CommandContext, { values }: ParsedCommand): Promise<0> {
  const filter = logFilterOf(values, Date.now());
  if (filter.storlets !== undefined) filter.storlets = await Promise.all(filter.storlets.map((name) => objectNameOf(client, name)));
  const pattern = values["grep"] as string | undefined;
  const grep = createGrep(pattern, values["ignore-case"] === true);
  const limit = Number(values["lines"]);
  if (!Number.isInteger(limit) || limit < 0 || limit > 10_000)
    throw new StudioError("BAD_INPUT", "--lines takes a whole number up to 10000.");
  const print = (lines: readonly LogLine[]): void => {
    for (const line of lines) host.stdout.write(values["json"] === true ? `${JSON.stringify(line)}\n` : `${formatLogLine(line, paint)}\n`);
  };
  if (values["follow"] !== true) {
    const read = (most: number, beforeSeq?: number) => client.api.logs.history.query({ filter, limit: most, beforeSeq });
    if (limit > 0) print(await (pattern === undefined ? read(limit) : newestLines(read, grep, limit)));
    return 0;
  }
  // The engine does not know the expression: of what it sends of the past, the newest lines that match are printed.
  const backlog = pattern === undefined || limit === 0 ? limit : 10_000;
  let isPast = true;
  await new Promise<void>((resolve, reject) => {
    const subscription = client.api.logs.follow.subscribe(
      { filter, backlog, afterSeq: null },
      {
        onData: ({ lines, dropped }) => {
          if (dropped > 0) host.stderr.write(`${dropped} lines were too fast to show.\n`);
          try {
            const passed = grep(lines);
            print(isPast ? passed.slice(Math.max(0, passed.length - limit)) : passed);
            isPast = false;
          } catch (error) {
            subscription.unsubscribe();
            reject(error as Error);
          }
        },
        onError: reject,
        onComplete: resolve,
      },
    );
    const stop = (): void => {
      subscription.unsubscribe();
      resolve();
    };
    if (host.signal.aborted) stop();
    else host.signal.addEventListener("abort", stop, { once: true });
  });
  return 0;
}
