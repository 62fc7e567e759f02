/** The command line of bubblewrap for a sandbox. Pure: looks at nothing, starts nothing. */

/** A system path as it lies on this machine: a directory or file shown read-only, or a symbolic link made again. */
export type SystemMount =
  | { readonly kind: "bind"; readonly path: string }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

interface Mount {
  readonly from: string;
  readonly to: string;
}

interface BubblewrapPlan {
  readonly system: readonly SystemMount[];
  readonly python: { readonly prefix: string };
  readonly readOnly: readonly Mount[];
  readonly writable: readonly Mount[];
  /** Size of `/tmp`; null where this bubblewrap cannot limit it. */
  readonly temporaryBytes: number | null;
  readonly command: readonly string[];
}

/** Variables of every process in a sandbox. */
export function sandboxEnvironment(home: string): Record<string, string> {
  return { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", HOME: home, TMPDIR: home, PYTHONDONTWRITEBYTECODE: "1" };
}

/** Arguments that run `command` without network, in namespaces of its own, seeing nothing but the given paths and an empty `/tmp`. */
export function bubblewrapArguments(plan: BubblewrapPlan): string[] {
  const { system, python, readOnly, writable, temporaryBytes, command } = plan;
  const environment = Object.entries(sandboxEnvironment("/tmp")).flatMap(([name, value]) => ["--setenv", name, value]);
  const ownPython = python.prefix.startsWith("/usr") ? [] : ["--ro-bind", python.prefix, python.prefix];
  return [
    "--unshare-all",
    "--die-with-parent",
    "--new-session",
    "--cap-drop",
    "ALL",
    // The command is the first process itself: signals of the others do not reach it.
    "--as-pid-1",
    "--hostname",
    "sandbox",
    "--clearenv",
    ...environment,
    ...system.flatMap((mount) => (mount.kind === "bind" ? ["--ro-bind", mount.path, mount.path] : ["--symlink", mount.target, mount.path])),
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    ...(temporaryBytes === null ? [] : ["--size", String(temporaryBytes)]),
    "--tmpfs",
    "/tmp",
    ...ownPython,
    ...readOnly.flatMap(({ from, to }) => ["--ro-bind", from, to]),
    ...writable.flatMap(({ from, to }) => ["--bind", from, to]),
    "--remount-ro",
    "/",
    "--chdir",
    "/",
    "--",
    ...command,
  ];
}
