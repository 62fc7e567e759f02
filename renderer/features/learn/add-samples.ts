/** Puts samples into the workspace. */
import type { StorletSummary } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryClient, queryKeys } from "../../api/queries.ts";

/** Adds the samples that are missing. Resolves with the storlets that are there then. */
export async function addSamples(names: readonly string[]): Promise<StorletSummary[]> {
  await Promise.all(names.map((name) => api.learn.addSample.mutate({ name })));
  // The engine's word of it may come later than its answer.
  await queryClient.invalidateQueries({ queryKey: queryKeys.storlets });
  return queryClient.fetchQuery({ queryKey: queryKeys.storlets, queryFn: () => api.workspace.storlets.query() });
}
