/** The one place where the engine's parts are made and connected. Owns their order of birth and death, and no decisions but that. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningEngine, ServeOptions } from "./cli/host.ts";
import { chooseSandbox, dockerConnectionOf, stateDirectoryFor } from "./compute/choose-sandbox.ts";
import { createCompute } from "./compute/compute.ts";
import { createDockerClient } from "./compute/drivers/docker/client.ts";
import { probeDocker } from "./compute/drivers/docker/probe.ts";
import { defaultImageName } from "./compute/drivers/docker/container.ts";
import { buildImage, listImages } from "./compose-images.ts";
import { readSettings } from "./compose-settings.ts";
import { createLogBus, type LogBus } from "./compute/log-bus.ts";
import type { Compute } from "./compute/types.ts";
import type { DoctorReport, EngineEvent, EngineStatus } from "./contract/index.ts";
import { createAuthoring } from "./control/authoring.ts";
import { createLearning } from "./control/learning.ts";
import { createNewStorlets } from "./control/new-storlets.ts";
import { createDrafts } from "./control/drafts.ts";
import { createFolders } from "./control/folders.ts";
import { createKeyBindings } from "./control/keybindings.ts";
import { createObjectService } from "./control/objects.ts";
import { createObjectWatch } from "./control/object-watch.ts";
import { createRouter } from "./control/router.ts";
import { createReplays } from "./control/replays.ts";
import { createRunCapture, defaultCapBytes } from "./control/run-capture.ts";
import { createSandboxWatch } from "./control/sandbox-watch.ts";
import { createTerminals } from "./control/terminals.ts";
import { createControlServer } from "./control/server.ts";
import { readToken } from "./control/session-token.ts";
import { createSnapshotService } from "./control/snapshots.ts";
import { runDoctor } from "./doctor/doctor.ts";
import { createRuns, type Runs } from "./runs/runs.ts";
import { createStore } from "./store/store.ts";
import { createDeployer } from "./storlets/deployer.ts";
import { habitsOf } from "./storlets/habits.ts";
import { createStorletMiddleware, storletsInfo } from "./storlets/middleware.ts";
import { chooseBundles } from "./storlets/node-cache.ts";
import { createOriginals } from "./storlets/originals.ts";
import { scopeOf, storletContainer } from "./storlets/rules.ts";
import { systemClock } from "./support/clock.ts";
import { announceEngine } from "./support/discovery.ts";
import { toStudioError } from "./support/errors.ts";
import { createEmitter, type Emitter } from "./support/lifecycle.ts";
import { createAccountClient } from "./swift/account-client.ts";
import { createRequest } from "./swift/request.ts";
import { createSwift } from "./swift/swift.ts";
import { findFolder, samplesFolder } from "./workspace/folder.ts";
import { createWorkspace, type Workspace } from "./workspace/workspace.ts";
import { createRecipes } from "./control/recipes.ts";
import { publishSamples } from "./control/samples.ts";

/** Where the program's own files and settings come from; `main.ts` reads them from its surroundings, tests give their own. */
export interface Surroundings {
  readonly version: string;
  /** Holds runtime/, images/ and samples/. Mounted into sandboxes, so a real folder. */
  readonly resourcesDirectory: string;
  readonly rendererDirectory: string;
  /** As DOCKER_HOST; undefined for Docker's default socket. */
  readonly dockerHost: string | undefined;
  /** The user's PATH. */
  readonly searchPath: string | undefined;
  /** Forces the relay connector, as on hosts where sockets cannot cross into containers. */
  readonly forceRelay: boolean;
}

/** Where the Swift API is unless told otherwise. */
const defaultSwiftPort = 8080;

/** The account that the screen and the command line work in. */
const workspaceAccount = "AUTH_test";

function describeBug(logs: LogBus, what: string): (error: unknown) => void {
  return (thrown) => {
    const error = thrown instanceof Error ? thrown : toStudioError(thrown);
    logs.write({ level: "error", source: "engine", text: `${what}: ${error.stack ?? error.message}` });
  };
}

/** Tells the screens what changed: files, runs and sandboxes. Objects are watched in the pipeline. */
function connectEvents(events: Emitter<EngineEvent>, parts: { compute: Compute; runs: Runs; workspace: Workspace }): DisposableStack {
  const stack = new DisposableStack();
  stack.defer(parts.compute.onChange(() => events.emit({ kind: "sandboxes" })));
  stack.defer(parts.runs.onChange((run) => events.emit({ kind: "run", run })));
  stack.defer(parts.workspace.onChange((paths) => paths.length > 0 && events.emit({ kind: "workspace" })));
  return stack;
}

/** Starts an engine. Resolves when both ports listen; rejects with a StudioError, with nothing left behind. */
export async function composeEngine(surroundings: Surroundings, options: ServeOptions): Promise<RunningEngine> {
  await using stack = new AsyncDisposableStack();
  const clock = systemClock;
  const startedAt = clock.nowMs();
  const { dataDirectory } = options;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  chmodSync(dataDirectory, 0o700);

  const settings = readSettings(options.configFile ?? join(dataDirectory, "studio.yaml"), (options.configFile ?? null) !== null, {
    profile: options.profile ?? null,
    storletTimeoutMs: options.storletTimeoutMs,
    outputGapMs: options.outputGapMs,
  });
  const dataId = createHash("sha256").update(dataDirectory).digest("hex").slice(0, 16);
  const stateDirectory = stateDirectoryFor(dataDirectory, tmpdir(), dataId);
  const runtimeDirectory = join(surroundings.resourcesDirectory, "runtime");
  const { dockerHost, forceRelay, searchPath } = surroundings;
  // Asks other programs, which answer while the stores are opened. Where it fails is told where it is awaited.
  const choosing = chooseSandbox({
    wanted: options.sandbox,
    dockerHost,
    forceRelay,
    searchPath,
    runtimeDirectory,
    stateDirectory,
    dataId,
    clock,
    maxSandboxes: settings.maxSandboxes,
    defaultImage: settings.defaultImage,
  });
  choosing.catch(() => {});

  const store = stack.use(await createStore({ directory: join(dataDirectory, "store"), clock }));
  const logs = stack.use(createLogBus({ directory: join(dataDirectory, "logs"), clock }));
  const runs = stack.use(createRuns({ path: join(dataDirectory, "runs.sqlite") }));
  const folder = findFolder(dataDirectory, options.workspaceDirectory);
  const samplesDirectory = options.samples ? join(surroundings.resourcesDirectory, "samples") : null;
  const workspace = stack.use(await createWorkspace({ directory: folder, samplesDirectory }));
  const choice = await choosing;
  const driver = stack.use(choice.driver);
  logs.write({ level: driver.isolated ? "info" : "warn", source: "engine", text: choice.reason });
  const { limits, places, timers, deadlines } = settings;
  const compute = stack.use(createCompute({ driver, logs, clock, stateDirectory, limits, places, timers }));

  const sandboxWatch = stack.use(createSandboxWatch({ compute, clock }));

  const events = createEmitter<EngineEvent>();
  const bundleOf = chooseBundles(settings.profile, { directory: join(dataDirectory, "node-cache"), compute, logs });
  const drafts = createDrafts(workspaceAccount, logs);
  const keybindings = stack.use(createKeyBindings({ directory: dataDirectory, onChange: () => events.emit({ kind: "keybindings" }) }));
  const originals = createOriginals({
    keepCode: runs.code.keep,
    keepInput: runs.inputs.keep,
    exchangeBytes: defaultCapBytes,
  });
  const storlets = createStorletMiddleware({
    compute,
    logs,
    clock,
    deadlines,
    habits: habitsOf(settings.profile),
    bundleOf,
    executeOnProxy: settings.executeOnProxy,
    maxExtraResources: settings.maxExtraResources,
    originals,
    recordRun: (run) => runs.put(run),
    deployDraft: drafts.deploy,
  });
  const captureRuns = createRunCapture({
    async keep(transactionId, exchange, context) {
      try {
        await runs.keepExchange(transactionId, exchange, await originals.finished(context));
      } catch (error) {
        const text = `What a run sent and answered could not be kept: ${toStudioError(error).message}`;
        logs.write({ level: "warn", source: "engine", text });
      }
    },
  });
  const watchObjects = createObjectWatch(workspaceAccount, (container) => {
    events.emit({ kind: "objects", container });
    // Whether a storlet of the workspace is live depends on what lies there.
    if (container === storletContainer) events.emit({ kind: "workspace" });
  });
  const swift = stack.use(
    createSwift({
      store,
      clock,
      extraMiddleware: { afterAuth: [watchObjects, captureRuns, storlets] },
      onBug: describeBug(logs, "Swift request failed"),
    }),
  );
  swift.info.register("storlet_handler", () => storletsInfo);
  const listener = await swift.listen({ port: options.swiftPort });

  const clientOf = (account: string) => createAccountClient({ handle: swift.handle, newContext: swift.newContext, account });
  const deployerOf = (account: string) => createDeployer({ client: clientOf(account), compute, bundleOf });
  const client = clientOf(workspaceAccount);
  const deployer = deployerOf(workspaceAccount);
  const authoring = createAuthoring({ workspace, deployer, compute, scope: scopeOf(workspaceAccount), clock });
  await deployer.prepareAccount();
  await publishSamples({ workspace, client, authoring, drafts });
  stack.use(connectEvents(events, { compute, runs, workspace }));

  const status = (): EngineStatus => ({
    version: surroundings.version,
    pid: process.pid,
    startedAt,
    swiftUrl: listener.url,
    authUrl: `${listener.url}/auth/v1.0`,
    account: workspaceAccount,
    workspace: workspace.directory.replace(homedir(), "~"),
    workspaceName: folder === samplesFolder(dataDirectory) ? "samples" : workspace.name,
    dataDirectory,
    sandbox: { kind: driver.kind, isolated: driver.isolated, reason: choice.reason },
    storletTimeoutMs: deadlines.replyMs,
  });
  const objects = createObjectService(client);
  const snapshots = createSnapshotService({ snapshots: store.snapshots, objects, events });
  const learning = createLearning({
    resourcesDirectory: surroundings.resourcesDirectory,
    dataDirectory,
    workspaceDirectory: workspace.directory,
    client,
    snapshots,
    clock,
    onReset: () => {
      authoring.forgetFailures();
      events.emit({ kind: "workspace" });
    },
  });
  const folders = createFolders({ dataDirectory, samplesDirectory, current: workspace.directory });
  const router = createRouter({
    status,
    doctor: () => examine(surroundings, options, { swiftPort: listener.port, controlPort: control.port }),
    events,
    logs,
    workspace: authoring,
    folders,
    storlets: createNewStorlets({ workspace, directory: join(surroundings.resourcesDirectory, "templates"), authoring }),
    recipes: createRecipes({ workspace }),
    objects,
    snapshots,
    ...learning,
    accounts: {
      setEnabled: (account, enabled) => deployerOf(account).enableAccount(enabled),
    },
    runs,
    replays: createReplays({
      runs,
      originals,
      sandboxes: compute,
      profile: settings.profile,
      client,
      newContext: swift.newContext,
      send: (request) => swift.handle(createRequest(request)),
    }),
    keybindings,
    sandboxes: {
      list: () => compute.list(),
      stop: (scope, daemon) => compute.stop(scope, daemon ?? undefined),
      async restart(scope) {
        await compute.stop(scope);
        await compute.ensureSandbox(scope);
      },
      history: () => sandboxWatch.history(),
      usage: (signal) => sandboxWatch.usage(signal),
    },
    terminals: createTerminals(compute, scopeOf(workspaceAccount)),
    image: {
      list: () => listImages(surroundings, settings.defaultImage ?? defaultImageName, scopeOf(workspaceAccount)),
      build: (signal, force) => buildImage(surroundings, signal, force),
    },
  });
  const control = stack.use(
    await createControlServer({
      router,
      token: readToken(dataDirectory),
      rendererDirectory: surroundings.rendererDirectory,
      port: options.controlPort,
      account: workspaceAccount,
      answerSwift: (request, response, target) => swift.answer(request, response, { target, context: swift.newContext() }),
      onBug: describeBug(logs, "Control request failed"),
    }),
  );
  stack.defer(announceEngine(dataDirectory, { pid: process.pid, control: control.url, swift: listener.url, account: workspaceAccount }));
  logs.write({ level: "info", source: "engine", text: `Storlet Studio ${surroundings.version} is ready: Swift API at ${listener.url}` });

  const parts = stack.move();
  return {
    ready: { swift: listener.url, auth: status().authUrl, control: control.url, sandbox: driver.kind, pid: process.pid },
    folderWanted: folders.wanted,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** The doctor, with or without a running engine. */
export function examine(
  surroundings: Surroundings,
  options: ServeOptions,
  ports: { swiftPort: number; controlPort: number } | null,
): Promise<DoctorReport> {
  const connection = dockerConnectionOf(surroundings.dockerHost);
  const docker = connection === null ? null : createDockerClient(connection);
  return runDoctor({
    clock: systemClock,
    platform: process.platform,
    nodeVersion: process.version,
    searchPath: surroundings.searchPath ?? "",
    dataDirectory: options.dataDirectory,
    ports: [
      { use: "Swift API", port: ports?.swiftPort ?? defaultSwiftPort, ours: ports !== null },
      { use: "screen", port: ports?.controlPort ?? 0, ours: ports !== null },
    ],
    probeDocker: (deadlineMs) => probeDocker({ connection, deadlineMs }),
    async findImage(signal) {
      const image = await docker?.findImage(defaultImageName, signal);
      return { name: defaultImageName, sizeBytes: image?.sizeBytes ?? null };
    },
  });
}
