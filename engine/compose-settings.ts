/** The settings of the storlet engine: a YAML file with the real system's own names, and what the command line says over it. Owns their defaults. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { profileSchema, type Profile } from "./contract/index.ts";
import { habitsOf } from "./storlets/habits.ts";
import { StudioError } from "./support/errors.ts";

const seconds = z.number().min(0).max(86_400);

/** Sizes as Docker writes them: a number of bytes, or one with `k`, `m` or `g`. */
const sizeSchema = z.union([z.number().int().min(1), z.string().regex(/^\d+(\.\d+)?\s*[kmg]?b?$/i, "is not a size such as 512m or 1g")]);

const fileSchema = z
  .strictObject({
    profile: profileSchema,
    /** Until metadata, then until the first byte, and for each write of input. */
    storlet_timeout: seconds,
    /** Longest pause within output. The real one is fixed. */
    output_gap: seconds,
    storlet_execute_on_proxy: z.boolean(),
    /** The name that the real documentation uses, and that the real code does not read. */
    storlet_execute_on_proxy_only: z.boolean(),
    max_extra_resources: z.number().int().min(-1),
    storlet_daemon_thread_pool_size: z.number().int().min(1).max(1000),
    max_containers_per_node: z.number().int().min(0),
    restart_linux_container_timeout: seconds,
    daemon_start_timeout: seconds,
    daemon_stop_timeout: seconds,
    /** Null: never. */
    daemon_idle_timeout: seconds.nullable(),
    sandbox_idle_timeout: seconds.nullable(),
    default_container_image_name: z.string().min(1),
    /** Its older name, which goes over the newer one, as in the real gateway. */
    default_docker_image_name: z.string().min(1),
    container_mem_limit: sizeSchema,
    container_pids_limit: z.number().int().min(16),
    container_cpus: z.number().positive(),
    /** Microseconds of CPU time in each period: the same limit in the real gateway's words. */
    container_cpu_quota: z.number().int().min(1000),
    container_cpu_period: z.number().int().min(1000).max(1_000_000),
  })
  .partial();

export interface EngineSettings {
  readonly profile: Profile;
  readonly deadlines: { readonly replyMs: number; readonly inputMs: number; readonly gapMs: number };
  readonly executeOnProxy: boolean;
  readonly maxExtraResources: number;
  /** Invocations at once per daemon. */
  readonly places: number;
  /** 0: no limit. */
  readonly maxSandboxes: number;
  readonly defaultImage: string | null;
  readonly timers: {
    readonly sandboxStartMs: number;
    readonly daemonStartMs: number;
    readonly daemonStopMs: number;
    readonly daemonIdleMs: number | null;
    readonly sandboxIdleMs: number | null;
  };
  readonly limits: { readonly memoryBytes: number; readonly pids: number; readonly cpus: number };
}

/** What the command line says; null where it says nothing. */
export interface SettingOverrides {
  readonly profile: Profile | null;
  readonly storletTimeoutMs: number | null;
  readonly outputGapMs: number | null;
}

function parseSize(size: string | number): number {
  const [, number = "", unit = ""] = /^([\d.]+)\s*([kmg]?)/i.exec(String(size)) ?? [];
  return Math.floor(Number(number) * 1024 ** " kmg".indexOf(unit.toLowerCase() || " "));
}

function readFile(path: string, mustExist: boolean): z.infer<typeof fileSchema> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (!mustExist && (error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new StudioError("NOT_FOUND", `The configuration ${path} cannot be read.`, { cause: error, detail: String(error) });
  }
  let document: unknown;
  try {
    document = parse(text) ?? {};
  } catch (error) {
    throw new StudioError("BAD_INPUT", `${path} is not YAML.`, { detail: String(error), cause: error });
  }
  const parsed = fileSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new StudioError("BAD_INPUT", `${path} cannot be used.`, {
    detail: z.prettifyError(parsed.error),
    hint: "The settings are explained in docs/configuration.md.",
  });
}

/** Docker's own period is 100 ms. */
function cpusOf(quotaUs: number | undefined, periodUs = 100_000): number | undefined {
  return quotaUs === undefined ? undefined : quotaUs / periodUs;
}

const orNever = (value: number | null | undefined, otherwise: number | null): number | null =>
  value === undefined ? otherwise : value === null ? null : value * 1000;

/** Reads the file and puts the command line's words over it. Throws BAD_INPUT where it cannot be understood. */
export function readSettings(path: string, mustExist: boolean, overrides: SettingOverrides): EngineSettings {
  const file = readFile(path, mustExist);
  const timeoutMs = overrides.storletTimeoutMs ?? (file.storlet_timeout ?? 40) * 1000;
  const profile = overrides.profile ?? file.profile ?? "studio";
  return {
    profile,
    deadlines: { replyMs: timeoutMs, inputMs: timeoutMs, gapMs: overrides.outputGapMs ?? (file.output_gap ?? 10) * 1000 },
    executeOnProxy:
      file.storlet_execute_on_proxy ?? (!habitsOf(profile).ignoresProxyOnlyOption && (file.storlet_execute_on_proxy_only ?? false)),
    maxExtraResources: file.max_extra_resources ?? -1,
    places: file.storlet_daemon_thread_pool_size ?? 5,
    maxSandboxes: file.max_containers_per_node ?? 0,
    defaultImage: file.default_docker_image_name ?? file.default_container_image_name ?? null,
    timers: {
      sandboxStartMs: (file.restart_linux_container_timeout ?? 20) * 1000,
      daemonStartMs: (file.daemon_start_timeout ?? 30) * 1000,
      daemonStopMs: (file.daemon_stop_timeout ?? 2) * 1000,
      daemonIdleMs: orNever(file.daemon_idle_timeout, 300_000),
      sandboxIdleMs: orNever(file.sandbox_idle_timeout, null),
    },
    limits: {
      memoryBytes: parseSize(file.container_mem_limit ?? "1g"),
      pids: file.container_pids_limit ?? 1024,
      cpus: file.container_cpus ?? cpusOf(file.container_cpu_quota, file.container_cpu_period) ?? 2,
    },
  };
}
