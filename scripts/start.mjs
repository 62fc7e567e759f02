/** `npm start`: makes the clone ready, then opens the desktop app; where that cannot be, serves the same app for a browser. */
import { createServer } from "node:net";
import { join } from "node:path";
import { ensureElectron } from "./lib/electron.mjs";
import { root, run, runMain } from "./lib/process.mjs";
import { ensureBuild, ensureDependencies, pinnedNode } from "./lib/setup.mjs";

/** A window that could not be opened ends Electron within this time. */
const failsToOpenMs = 20_000;

await runMain(async () => {
  const given = process.argv.slice(2);
  const browserWanted = given.includes("--browser");
  const engineArguments = given.filter((word) => word !== "--browser");
  await ensureDependencies();
  await ensureBuild();

  const desktop = browserWanted ? { reason: "--browser was given" } : await findDesktop();
  if (desktop.electron === undefined) return serve(desktop.reason, engineArguments);

  const startedAt = Date.now();
  const isRoot = process.getuid?.() === 0;
  // Chromium refuses to run as root with its own sandbox.
  const { code, interrupted } = await run(desktop.electron, [...(isRoot ? ["--no-sandbox"] : []), ".", "--", ...engineArguments]);
  if (code !== 0 && !interrupted && Date.now() - startedAt < failsToOpenMs) {
    return serve(`Electron ended with code ${code}`, engineArguments);
  }
  return code;
});

/** The Electron binary, or why there is no desktop. @returns {ReturnType<typeof ensureElectron>} */
async function findDesktop() {
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { reason: "there is no display" };
  return ensureElectron();
}

/** Runs the engine in the foreground; it prints its address itself. */
async function serve(/** @type {string} */ reason, /** @type {string[]} */ engineArguments) {
  console.log(`No desktop window, because ${reason}; serving the same app for your browser instead.`);
  const isGiven = (/** @type {string} */ option) => engineArguments.some((word) => word === option || word.startsWith(`${option}=`));
  const ports = [];
  if (!isGiven("--port") && !(await isPortFree(8080))) {
    console.log("Port 8080 is in use; Swift gets another one.");
    ports.push("--port", "0");
  }
  // A fixed address lets the browser keep layout and theme from one start to the next.
  if (!isGiven("--control-port") && (await isPortFree(28_080))) ports.push("--control-port", "28080");
  const { code } = await run(await pinnedNode(), [join(root, "out/engine/main.js"), "serve", ...ports, ...engineArguments]);
  return code;
}

/** @returns {Promise<boolean>} */
function isPortFree(/** @type {number} */ port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
