/** What Invoke can do: run, cancel, set things right and run again. Registered as commands for the life of the page. */
import type { Problem, Run, StorletSummary } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { onEngineEvents } from "../../api/connection.ts";
import { problemOf } from "../../api/problems.ts";
import { queryClient, queryKeys } from "../../api/queries.ts";
import { splitObjectPath, swiftPath } from "../../api/swift.ts";
import { registerCommand, runCommand } from "../../commands/registry.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { formatBytes } from "../../ui/format.ts";
import { cutLogTo, isLogCut } from "../logs/index.ts";
import { findProblems, firstDraft, isSendable, parseObjectPath, type Draft, type ObjectPath } from "./draft.ts";
import { exchange } from "./exchange.ts";
import { deploy, makeLive } from "./make-live.ts";
import { buildCurl, buildRequest, type CurlFacts, type SwiftRequest } from "./request.ts";
import { watchRun } from "./run-watch.ts";
import {
  changeDraft,
  chooseStorlet,
  ensureStorlet,
  getChosenStorlet,
  getStatus,
  showResult,
  useSession,
  type Activity,
  type OwnResult,
} from "./session.ts";
import type { Remedy } from "./verdict.ts";

/** Content of an object that goes through the page into a PUT; more than this is for a terminal. */
const maxBodyBytes = 256_000_000;
const patienceMs = 1500;

let abort: AbortController | null = null;
let unregisterCancel: (() => void) | null = null;

function notSent(problem: Problem): void {
  useSession.setState({ activity: { phase: "idle" } });
  showResult({ kind: "not-sent", problem });
}

/** What a PUT sends, and the type it is sent as. Throws with a Problem's words where it cannot be had. */
async function readBody(
  draft: Draft,
  file: File | null,
  account: string,
  signal: AbortSignal,
): Promise<{ body: BodyInit | null; contentType: string | null }> {
  if (draft.door === "GET") return { body: null, contentType: null };
  if (draft.bodyKind === "text") return { body: draft.bodyText, contentType: "text/plain; charset=utf-8" };
  if (draft.bodyKind === "file") return { body: file, contentType: file?.type || "application/octet-stream" };
  const { container, object } = parseObjectPath(draft.bodyObject) as ObjectPath;
  const response = await fetch(swiftPath(account, container, object), { signal, cache: "no-store" });
  const sizeBytes = Number(response.headers.get("content-length") ?? 0);
  if (!response.ok || sizeBytes > maxBodyBytes) await response.body?.cancel();
  if (response.status === 404) throw new Error(`There is no object ${container}/${object} to send.`);
  if (!response.ok) throw new Error(`${container}/${object} could not be read: Swift answered ${response.status} ${response.statusText}.`);
  if (sizeBytes > maxBodyBytes)
    throw new Error(
      `${container}/${object} has ${formatBytes(sizeBytes)}, too much for this screen. Copy the request as curl and send it from a terminal.`,
    );
  return { body: await response.blob(), contentType: response.headers.get("content-type") ?? "application/octet-stream" };
}

async function send(storlet: StorletSummary, request: SwiftRequest, draft: Draft, file: File | null): Promise<OwnResult> {
  const { account } = await getStatus();
  const controller = new AbortController();
  abort = controller;
  const startedAt = Date.now();
  useSession.setState({ activity: { phase: "sending", startedAt, head: null, sizeBytes: 0, run: null } });
  const { container, object } = request.target;
  const report = createReporter();
  const watch = watchRun({
    isOurs: (run) => run.storlet === storlet.objectName && run.object === `${container}/${object}` && run.startedAt > startedAt - 1000,
    onEvents: onEngineEvents,
    find: (transactionId) => api.runs.findByTransaction.query({ transactionId }),
    onChange: (run) => {
      report({ run });
      // A log that is cut to a run follows to the one that goes on now.
      if (isLogCut()) cutLogTo(run.id);
    },
    afterPatience: (callback) => setTimeout(callback, patienceMs),
  });
  try {
    const { body, contentType } = await readBody(draft, file, account, controller.signal);
    const headers = contentType === null ? request.headers : [...request.headers, ["Content-Type", contentType] as const];
    const answer = await exchange({
      url: swiftPath(account, container, object),
      method: request.method,
      headers,
      body,
      signal: controller.signal,
      onProgress: (head, sizeBytes) => report({ head, sizeBytes }),
    });
    const seen = report.run();
    const transactionId = answer.head?.transactionId ?? seen?.transactionId ?? null;
    const run = transactionId === null ? null : await watch.finished(transactionId).catch(() => null);
    return { kind: "own", storlet: storlet.name, storletObject: storlet.objectName, request, exchange: answer, run: run ?? seen };
  } finally {
    watch.dispose();
    abort = null;
  }
}

type Progress = Partial<Pick<Extract<Activity, { phase: "sending" }>, "head" | "sizeBytes" | "run">>;

/** Shows progress at most once a frame. `run()` is the run as last seen. */
function createReporter(): { (fields: Progress): void; run(): Run | null } {
  let latest: Progress = {};
  let frame: number | null = null;
  const show = () => {
    frame = null;
    const { activity } = useSession.getState();
    if (activity.phase === "sending") useSession.setState({ activity: { ...activity, ...latest } });
  };
  const report = (fields: Progress) => {
    latest = { ...latest, ...fields };
    frame ??= requestAnimationFrame(show);
  };
  return Object.assign(report, { run: () => latest.run ?? null });
}

/** Runs the chosen storlet on the chosen object: saves first, sends the request, shows what came of it. */
export async function run(): Promise<void> {
  if (useSession.getState().activity.phase !== "idle") return;
  const storlet = await getChosenStorlet();
  const { draft, file } = useSession.getState();
  useSession.setState({ tried: true });
  if (storlet === null || !isSendable(findProblems(draft, file !== null))) return;
  const problem = await makeLive(storlet).catch(problemOf);
  if (problem !== null) return notSent(problem);
  void runCommand("panel.show", { tab: "invoke" });
  unregisterCancel = registerCommand("invoke.cancel", cancel);
  try {
    void runCommand("editor.showException", null);
    const result = await send(storlet, buildRequest(draft, storlet.objectName), draft, file);
    useSession.setState({ activity: { phase: "idle" } });
    showResult(result);
    pointAt(result);
  } catch (error) {
    const aborted = error instanceof Error && error.name === "AbortError";
    if (aborted) useSession.setState({ activity: { phase: "idle" } });
    else notSent(problemOf(error));
  } finally {
    unregisterCancel();
    unregisterCancel = null;
  }
}

/** Lets the editor mark the failing line and the log show the run. A log that was cut stays cut, to the newest run. */
function pointAt({ run: record, storlet }: OwnResult): void {
  if (record === null) return;
  if (record.exception !== null) void runCommand("editor.showException", { run: record.id, storlet, exception: record.exception });
  if (record.state === "failed" || record.state === "timed-out" || isLogCut()) cutLogTo(record.id);
}

export function cancel(): void {
  abort?.abort();
}

/** Sets right what kept the request from being served, then runs again. Throws where that failed. */
export async function remedy(what: Exclude<Remedy, { kind: "reveal" }>): Promise<void> {
  const { account } = await getStatus();
  if (what.kind === "deploy") {
    const { storlet } = useSession.getState();
    const problem = storlet === null ? null : await deploy(storlet);
    if (problem !== null) return notSent(problem);
  } else {
    const isAccount = what.kind === "enable-account";
    const headers: HeadersInit = isAccount ? { "X-Account-Meta-Storlet-Enabled": "true" } : {};
    const url = isAccount ? swiftPath(account) : swiftPath(account, what.container);
    const response = await fetch(url, { method: isAccount ? "POST" : "PUT", headers });
    if (!response.ok) return notSent({ code: "REMOTE_FAILED", message: `Swift answered ${response.status} ${response.statusText}` });
  }
  await run();
}

/** Shows a run on record, whoever made it. */
async function showRecorded(id: string): Promise<void> {
  void runCommand("panel.show", { tab: "invoke" });
  const { result } = useSession.getState();
  // The answer of a request this page sent says more than its record.
  if (result?.kind === "own" && result.run?.id === id) return cutLogTo(id);
  const record = await api.runs.get.query({ id });
  if (record === null) {
    showToast({ tone: "warn", title: `Run ${id.slice(0, 4)} is not on record any more` });
    return;
  }
  showResult({ kind: "recorded", run: record });
  cutLogTo(id);
}

/** Fills the form with what a recorded run was asked. */
export async function reuse(record: Run): Promise<void> {
  const storlets = queryClient.getQueryData<StorletSummary[]>(queryKeys.storlets) ?? [];
  const storlet = storlets.find(({ objectName }) => objectName === record.storlet);
  if (storlet !== undefined) await chooseStorlet(storlet.name);
  const params = Object.entries(record.params).map(([key, value]) => ({ key, value }));
  if (record.door === "PUT") changeDraft({ door: "PUT", destination: record.object, params });
  else changeDraft({ door: "GET", object: record.object, params });
}

/** The present request for a terminal; null where the form is not filled in. */
async function curlText(): Promise<string | null> {
  const storlet = await getChosenStorlet();
  const { draft, file } = useSession.getState();
  if (storlet === null || !isSendable(findProblems(draft, file !== null))) return null;
  const { swiftUrl, authUrl, account } = await getStatus();
  const bodies: Record<Draft["bodyKind"], () => CurlFacts["body"]> = {
    text: () => ({ kind: "text", text: draft.bodyText }),
    file: () => ({ kind: "file", name: file?.name ?? "" }),
    object: () => ({ kind: "object", path: splitObjectPath(draft.bodyObject.replace(/^\//, "")) }),
  };
  return buildCurl(buildRequest(draft, storlet.objectName), {
    swiftUrl,
    authUrl,
    account,
    body: draft.door === "GET" ? null : bodies[draft.bodyKind](),
  });
}

/** Puts the present request on the clipboard as curl; false where the form is not filled in. */
export async function copyCurl(): Promise<boolean> {
  const text = await curlText();
  useSession.setState({ tried: true });
  if (text === null) return false;
  await navigator.clipboard.writeText(text);
  return true;
}

/** Makes the commands of Invoke available, whether or not it is on screen. */
export function registerInvokeCommands(): void {
  registerCommand("invoke.run", run);
  registerCommand("invoke.setStorlet", ({ storlet }) => chooseStorlet(storlet));
  registerCommand("invoke.setObject", async ({ object }) => {
    // Choosing the first storlet brings its own draft, which would take the place of this one.
    await ensureStorlet();
    const { draft } = useSession.getState();
    changeDraft(draft.door === "PUT" ? { bodyKind: "object", bodyObject: object } : { object });
  });
  registerCommand("invoke.setParam", async ({ name, value }) => {
    await ensureStorlet();
    const { params } = useSession.getState().draft;
    const isKnown = params.some((param) => param.key === name);
    changeDraft({
      params: isKnown ? params.map((param) => (param.key === name ? { ...param, value } : param)) : [...params, { key: name, value }],
    });
  });
  registerCommand("invoke.useExample", async ({ storlet: name }) => {
    await chooseStorlet(name);
    const storlet = await getChosenStorlet();
    if (storlet?.name === name) changeDraft(firstDraft(storlet.example));
  });
  registerCommand("invoke.setRange", async ({ range }) => {
    await ensureStorlet();
    changeDraft({ door: "GET", range });
  });
  registerCommand("run.show", ({ run: id }) => showRecorded(id));
}
