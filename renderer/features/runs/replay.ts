/** Sends a recorded request again, as it was recorded. Owns the sending; what came of it is a run like any other. */
import type { Run, RunExchange } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryClient, queryKeys } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { getExchange, getRun, readKeptBody } from "./run-data.ts";
import { useReplay } from "./run-front.ts";
import { repeatableHeaders, replayProblem, unsignedTarget } from "./sent-text.ts";
import { storletTitle } from "./timing.ts";

const shortId = (id: string): string => id.slice(0, 4);

/** Reads an answer to its end without keeping it: the engine keeps what is worth keeping. */
async function drain(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  for (let step = await reader?.read(); step !== undefined && !step.done; step = await reader?.read());
}

async function send(run: Run, exchange: RunExchange, signal: AbortSignal): Promise<Response> {
  const { method, target, headers, body } = exchange.request;
  const bytes = body === null || body.sizeBytes === 0 ? null : await readKeptBody(run.id, "request", signal);
  if (body !== null && body.sizeBytes > 0 && bytes === null) throw new Error("What was sent is not kept any more.");
  return fetch(`/swift${unsignedTarget(target)}`, {
    method,
    headers: repeatableHeaders(headers).map(({ name, value }): [string, string] => [name, value]),
    body: method === "GET" ? null : (bytes ?? null),
    signal,
    cache: "no-store",
  });
}

function refuse(run: Run, detail: string): void {
  showToast({ tone: "warn", title: `Run ${shortId(run.id)} cannot be replayed`, detail });
}

/** Replays a run and opens the page of what came of it. Says why where that does not work; throws nothing. */
export async function replayRun(id: string): Promise<void> {
  if (useReplay.getState().active !== null) return;
  const [run, exchange, status] = await Promise.all([
    getRun(id),
    getExchange(id),
    queryClient.ensureQueryData({ queryKey: queryKeys.status, queryFn: () => api.engine.status.query() }),
  ]);
  if (run === null) return showToast({ tone: "warn", title: `Run ${shortId(id)} is not on record any more` });
  const reason = replayProblem(run.account, status.account, exchange);
  if (reason !== null || exchange === null) return refuse(run, reason ?? "");
  const controller = new AbortController();
  useReplay.setState({ active: { run: id, startedAt: Date.now(), cancel: () => controller.abort() } });
  try {
    const response = await send(run, exchange, controller.signal);
    const transactionId = response.headers.get("x-trans-id") ?? "";
    const begun = await api.runs.findByTransaction.query({ transactionId });
    if (begun === null) {
      await drain(response);
      return refuse(run, `Swift answered ${response.status} before ${storletTitle(run.storlet)} ran.`);
    }
    useReplay.setState(({ sources }) => ({ sources: new Map(sources).set(begun.id, id) }));
    void runCommand("run.open", { run: begun.id });
    // A body that breaks off is how Swift says that a storlet failed: the run tells of it.
    await drain(response).catch(() => {});
  } catch (error) {
    if (controller.signal.aborted) return;
    refuse(run, error instanceof Error ? error.message : String(error));
  } finally {
    useReplay.setState({ active: null });
  }
}
