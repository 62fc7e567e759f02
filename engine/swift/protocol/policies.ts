/** Storage policies. There is one disk behind them all: a policy is a label that containers carry. */

export interface StoragePolicy {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly isDefault: boolean;
}

export const storagePolicies: readonly StoragePolicy[] = [
  { name: "gold", aliases: ["gold", "yellow", "orange"], isDefault: true },
  { name: "silver", aliases: ["silver"], isDefault: false },
];

export const defaultPolicy: string = storagePolicies.find((policy) => policy.isDefault)!.name;

/** The policy's own name for a name or alias in any case; null where there is no such policy. */
export function resolvePolicy(name: string): string | null {
  const wanted = name.toLowerCase();
  return storagePolicies.find((policy) => policy.aliases.includes(wanted))?.name ?? null;
}
