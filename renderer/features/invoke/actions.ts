/** What Invoke can do: run, cancel, set things right and run again. Registered as commands for the life of the page. */
import type { Problem, Run, StorletSummary } from "../../../engine/contract/index.ts";
import { requestOf } from "../../../engine/contract/recipe-request.ts";
import { api } from "../../api/client.ts";
import { onEngineEvents } from "../../api/connection.ts";
import { problemOf } from "../../api/problems.ts";
import { getStatus, queryClient, queryKeys } from "../../api/queries.ts";
import { swiftPath } from "../../api/swift.ts";
import { registerCommand, runCommand } from "../../commands/registry.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { cutLogTo, isLogCut } from "../logs/index.ts";
import type { CopyForm } from "./copy-as.ts";
import { firstDraft, isSendable, rowsOf, type Draft } from "./draft.ts";
import { fillDraft, isSameRequest, recipeOfDraft } from "./draft-recipe.ts";
import { execute } from "./execute.ts";
import { deploy, makeLive } from "./make-live.ts";
import { keepRecipeResult, resultOfAnswer } from "./recipe-results.ts";
import { watchRun } from "./run-watch.ts";
import {
  changeDraft,
  chooseStorlet,
  ensureStorlet,
  getChosenStorlet,
  getEnvironment,
  showResult,
  useSession,
  type Activity,
  type OwnResult,
} from "./session.ts";
import type { Remedy } from "./verdict.ts";

const patienceMs = 1500;

let abort: AbortController | null = null;
let unregisterCancel: (() => void) | null = null;

function notSent(problem: Problem): void {
  useSession.setState({ activity: { phase: "idle" } });
  showResult({ kind: "not-sent", problem });
}

async function send(storlet: StorletSummary, draft: Draft, file: File | null): Promise<OwnResult> {
  const { account } = await getStatus();
  const recipe = recipeOfDraft(draft, storlet.name);
  const controller = new AbortController();
  abort = controller;
  const startedAt = Date.now();
  useSession.setState({ activity: { phase: "sending", startedAt, head: null, sizeBytes: 0, run: null } });
  const { container, object } = requestOf(recipe, storlet.objectName).target;
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
    const { request, exchange, checks } = await execute({
      recipe,
      storletObject: storlet.objectName,
      account,
      file: draft.bodyKind === "file" ? file : null,
      signal: controller.signal,
      onProgress: (head, sizeBytes) => report({ head, sizeBytes }),
    });
    const seen = report.run();
    const transactionId = exchange.head?.transactionId ?? seen?.transactionId ?? null;
    const run = transactionId === null ? null : await watch.finished(transactionId).catch(() => null);
    const { name, objectName } = storlet;
    const expects = recipe.expect.length > 0;
    return { kind: "own", storlet: name, storletObject: objectName, request, exchange, run: run ?? seen, checks, expects };
  } finally {
    watch.dispose();
    abort = null;
  }
}

/** Notes how the recipe went that the form was filled from, where the form still says the same. */
function noteRecipe({ exchange, checks, run: record }: OwnResult, draft: Draft): void {
  const { recipe } = useSession.getState();
  if (recipe === null || exchange.head === null || exchange.outcome === "cancelled" || !isSameRequest(draft, recipe.saved)) return;
  void keepRecipeResult(recipe.name, resultOfAnswer(exchange, exchange.head.status, checks, record));
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

/** The form with its variables filled in; null where it cannot be sent, which the form says from then on. */
async function readForm() {
  const [storlet, environment] = await Promise.all([getChosenStorlet(), getEnvironment()]);
  const { draft, file } = useSession.getState();
  useSession.setState({ tried: true });
  const { draft: filled, problems } = fillDraft(draft, environment, file !== null);
  return storlet === null || !isSendable(problems) ? null : { storlet, environment, draft, filled, file };
}

/** Runs the chosen storlet on the chosen object: saves first, sends the request, shows what came of it. */
export async function run(): Promise<void> {
  if (useSession.getState().activity.phase !== "idle") return;
  const form = await readForm();
  if (form === null) return;
  const { storlet, draft, filled, file } = form;
  const problem = await makeLive(storlet).catch(problemOf);
  if (problem !== null) return notSent(problem);
  void runCommand("panel.show", { tab: "invoke" });
  unregisterCancel = registerCommand("invoke.cancel", cancel);
  try {
    void runCommand("editor.showException", null);
    const result = await send(storlet, filled, file);
    useSession.setState({ activity: { phase: "idle" } });
    showResult(result);
    noteRecipe(result, draft);
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
  const params = rowsOf(record.params);
  if (record.door === "PUT") changeDraft({ door: "PUT", destination: record.object, params });
  else changeDraft({ door: record.door, object: record.object, params });
}

/** Puts the present request on the clipboard for somebody else to send. */
async function copyAs(as: CopyForm): Promise<void> {
  const [form, status, { copyRequest }] = await Promise.all([
    readForm(),
    getStatus(),
    // Only who copies needs it.
    import("./copy-request.ts"),
  ]);
  if (form === null) {
    showToast({ tone: "warn", title: "Nothing was copied", detail: "The request is not filled in yet. Invoke says what is missing." });
    return runCommand("panel.show", { tab: "invoke" }).then(() => {});
  }
  const { storlet, environment, filled, file } = form;
  await copyRequest(as, { draft: filled, storletObject: storlet.objectName, fileName: file?.name ?? "", status, environment });
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
    changeDraft({ ...(useSession.getState().draft.door === "PUT" ? { door: "GET" as const } : {}), range });
  });
  registerCommand("run.show", ({ run: id }) => showRecorded(id));
  for (const [command, form] of [
    ["invoke.copyCurl", "curl"],
    ["invoke.copySwift", "swift"],
    ["invoke.copyPython", "python"],
  ] as const) {
    registerCommand(command, () => copyAs(form));
  }
}
