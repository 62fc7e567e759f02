/** The two profiles: where `studio` mends a defect of the real system and `strict` has it. Owns the list; each door reads its own rows. */
import type { Profile } from "../contract/index.ts";

/** One field per difference. The comment says what the real system does (`true` in `strict`). */
export interface Habits {
  readonly profile: Profile;
  /** X-Storlet-Generate-Log never uploads anything: the request fails instead. */
  readonly failsLogUpload: boolean;
  /** New code of the same size is not noticed, and new dependencies never are: the node's files stay as they were. */
  readonly comparesCodeBySize: boolean;
  /** Storlets with one main class share directory and daemon: whichever came last runs for all of them. */
  readonly sharesMainClass: boolean;
  /** A Java storlet that ends before its metadata is waited for until it times out. */
  readonly waitsForJava: boolean;
  /** A forbidden GET dies where no Keystone has named the user. */
  readonly needsUserName: boolean;
  /** The documented option `storlet_execute_on_proxy_only` is not read. */
  readonly ignoresProxyOnlyOption: boolean;
  /** The source of a copy that cannot be read is copied as the error page it is. */
  readonly copiesErrorPages: boolean;
  /** An extra resource that cannot be read becomes data. */
  readonly readsErrorPages: boolean;
  /** Where the storlet runs beside the object, `bytes=5-` fails and `bytes=-5` means everything; a malformed range is a 500. */
  readonly fumblesRanges: boolean;
  /** X-Storlet-Range does nothing for what the proxy assembles, nor for a copy on the proxy. */
  readonly ignoresProxyRanges: boolean;
  /** A dynamic large object comes back as it is, unless the storlet runs on the proxy. */
  readonly skipsDynamicObjects: boolean;
  /** A storlet that fails or stalls after it began to answer: the body ends as if it were complete, and is stored so. */
  readonly endsQuietly: boolean;
  /** A parameter header without a colon ends the request in the outer pipeline. */
  readonly diesOfParameters: boolean;
  /** POST on an object with X-Run-Storlet is taken for an ACL update and answered 401. */
  readonly takesPostForAcl: boolean;
  /** A client may fill in what the storlet's registration leaves out, such as its dependencies. */
  readonly trustsEngineHeaders: boolean;
  /** Storlet ACLs match lower-case names only. */
  readonly lowersAclNames: boolean;
  /** The ETag a client sends with a PUT is compared with what the storlet made of it. */
  readonly comparesClientEtag: boolean;
  /** Parameters and input metadata beyond one message end the daemon: the run fails. */
  readonly overrunsMessages: boolean;
  /** X-Run-Storlet on an upload into the storlet container makes the object server refuse it. */
  readonly refusesRunOnUpload: boolean;
  /** A copy with X-Fresh-Metadata is refused whatever the header says, and with it every `swift copy`. */
  readonly refusesFreshMetadata: boolean;
  /** The pause allowed within output is 10 s whatever is configured. */
  readonly fixesOutputGap: boolean;
}

const flags = [
  "failsLogUpload",
  "comparesCodeBySize",
  "sharesMainClass",
  "waitsForJava",
  "needsUserName",
  "ignoresProxyOnlyOption",
  "copiesErrorPages",
  "readsErrorPages",
  "fumblesRanges",
  "ignoresProxyRanges",
  "skipsDynamicObjects",
  "endsQuietly",
  "diesOfParameters",
  "takesPostForAcl",
  "trustsEngineHeaders",
  "lowersAclNames",
  "comparesClientEtag",
  "overrunsMessages",
  "refusesRunOnUpload",
  "refusesFreshMetadata",
  "fixesOutputGap",
] as const satisfies readonly (keyof Habits)[];

/** What a profile does. */
export function habitsOf(profile: Profile): Habits {
  const values = Object.fromEntries(flags.map((flag) => [flag, profile === "strict"]));
  return { profile, ...values } as unknown as Habits;
}
