/** A complete run for tests: give only what matters. */
import type { Run } from "../contract/index.ts";

export function makeRun(id: string, fields: Partial<Run> = {}): Run {
  return {
    id,
    transactionId: `tx-${id}`,
    account: "AUTH_test",
    scope: "test",
    storlet: "line_filter.py",
    door: "GET",
    object: "samples/access.log",
    params: {},
    state: "succeeded",
    status: 200,
    startedAt: 1,
    durationMs: 2,
    phases: [],
    cold: false,
    sandbox: "process",
    isolated: true,
    image: null,
    digest: "d",
    bytesIn: 3,
    bytesOut: 4,
    bodyCut: false,
    problem: null,
    exception: null,
    profile: "studio",
    contract: null,
    ...fields,
  };
}
