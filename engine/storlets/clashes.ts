/** Warns where the real system would let two things disturb each other: accounts of one scope, storlets of one main class. Owns what was seen. */
import type { LogBus } from "../compute/log-bus.ts";

export interface ClashWatch {
  /** Tells of a storlet that is about to run. Each clash is logged once. */
  note(seen: { account: string; scope: string; storlet: string; main: string }): void;
}

/** Names that were seen under one key, and those that were told of. */
function createRegister(onClash: (earlier: string, name: string) => void): (key: string, name: string) => void {
  const names = new Map<string, Set<string>>();
  return (key, name) => {
    const known = names.get(key);
    if (known === undefined) {
      names.set(key, new Set([name]));
    } else if (!known.has(name)) {
      onClash([...known][0] as string, name);
      known.add(name);
    }
  };
}

/** `sharesMainClass`: here, too, storlets of one main class disturb each other. */
export function createClashWatch(logs: LogBus, sharesMainClass: boolean): ClashWatch {
  const accounts = createRegister((earlier, account) =>
    logs.write({
      level: "warn",
      source: "engine",
      text: `The accounts ${earlier} and ${account} begin with the same 13 characters: they share sandbox and storlets, here as on the real system.`,
    }),
  );
  const mains = createRegister((earlier, name) =>
    logs.write({
      level: "warn",
      source: "engine",
      storlet: name,
      text: `${earlier} and ${name} have the same main class: ${sharesMainClass ? "they overwrite each other, here as on the real system" : "on the real system they overwrite each other. Here each has its own daemon"}.`,
    }),
  );
  return {
    note({ account, scope, storlet, main }) {
      accounts(scope, account);
      mains(`${scope}\n${main}`, storlet);
    },
  };
}
