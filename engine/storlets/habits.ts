/** The two profiles: where `studio` mends a defect of the real system and `strict` has it. Owns the list; each door reads its own rows. */
import type { Profile } from "../contract/index.ts";

/** One name per difference. The comment says what the real system does (`true` in `strict`). */
const flags = [
  // X-Storlet-Generate-Log never uploads anything: the request fails instead.
  "failsLogUpload",
  // New code of the same size is not noticed, and new dependencies never are: the node's files stay as they were.
  "comparesCodeBySize",
  // Storlets with one main class share directory and daemon: whichever came last runs for all of them.
  "sharesMainClass",
  // A Java storlet that ends before its metadata is waited for until it times out.
  "waitsForJava",
  // A forbidden GET dies where no Keystone has named the user.
  "needsUserName",
  // The documented option `storlet_execute_on_proxy_only` is not read.
  "ignoresProxyOnlyOption",
  // The source of a copy that cannot be read is copied as the error page it is.
  "copiesErrorPages",
  // An extra resource that cannot be read becomes data.
  "readsErrorPages",
  // Where the storlet runs beside the object, `bytes=5-` fails and `bytes=-5` means everything; a malformed range is a 500.
  "fumblesRanges",
  // X-Storlet-Range does nothing for what the proxy assembles, nor for a copy on the proxy.
  "ignoresProxyRanges",
  // A dynamic large object comes back as it is, unless the storlet runs on the proxy.
  "skipsDynamicObjects",
  // A storlet that fails or stalls after it began to answer: the body ends as if it were complete, and is stored so.
  "endsQuietly",
  // A parameter header without a colon ends the request in the outer pipeline.
  "diesOfParameters",
  // POST on an object with X-Run-Storlet is taken for an ACL update and answered 401.
  "takesPostForAcl",
  // A client may fill in what the storlet's registration leaves out, such as its dependencies.
  "trustsEngineHeaders",
  // Storlet ACLs match lower-case names only.
  "lowersAclNames",
  // The ETag a client sends with a PUT is compared with what the storlet made of it.
  "comparesClientEtag",
  // Parameters and input metadata beyond one message end the daemon: the run fails.
  "overrunsMessages",
  // X-Run-Storlet on an upload into the storlet container makes the object server refuse it.
  "refusesRunOnUpload",
  // A copy with X-Fresh-Metadata is refused whatever the header says, and with it every `swift copy`.
  "refusesFreshMetadata",
  // The pause allowed within output is 10 s whatever is configured.
  "fixesOutputGap",
] as const;

type Flags = Readonly<Record<(typeof flags)[number], boolean>>;

export interface Habits extends Flags {
  readonly profile: Profile;
}

/** What a profile does. */
export function habitsOf(profile: Profile): Habits {
  return { profile, ...(Object.fromEntries(flags.map((flag) => [flag, profile === "strict"])) as Flags) };
}
