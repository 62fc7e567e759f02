/** Sending a recorded request again, as it was or to what is there today: the rules of what can be repeated, and of what. Pure. */
import type { ReplayMode } from "./replay-mode.ts";
import type { Profile, Run, RunExchange, SentHeader } from "./words.ts";

/** Why a run cannot be replayed, by mode; null where it can. */
export type ReplayChoice = Readonly<Record<ReplayMode, string | null>>;

/** An input of a run as it can be had now: `kept`, else what the object of that name says. */
export interface InputFact {
  /** `container/object`. */
  readonly name: string;
  readonly state: "kept" | "unchanged" | "changed" | "gone";
  readonly sizeBytes: number | null;
}

/** What decides whether a run can be replayed. */
export interface ReplayFacts {
  readonly run: Pick<Run, "account" | "digest" | "profile" | "storlet" | "state">;
  readonly exchange: RunExchange | null;
  /** The account that requests can be sent to from here. */
  readonly account: string;
  /** Of the engine as it runs now. */
  readonly profile: Profile;
  /** What was sent is kept to its end. */
  readonly isRequestKept: boolean;
  /** The code of the run's digest is kept. */
  readonly isCodeKept: boolean;
  /** Null where nobody noted what the run read. */
  readonly inputs: readonly InputFact[] | null;
}

/** The states of a run that has not ended. */
export const openStates: ReadonlySet<Run["state"]> = new Set(["queued", "starting", "running", "streaming"]);

function todayProblem({ run, exchange, account, isRequestKept }: ReplayFacts): string | null {
  if (openStates.has(run.state)) return "It is still running.";
  if (exchange === null) return "What was sent is not kept with this run.";
  if (run.account !== account) return `It went to ${run.account}; from here only ${account} can be reached.`;
  if (isRequestKept) return null;
  return exchange.request.body?.cut === true
    ? "What was sent broke off, so it cannot be sent again."
    : "What was sent is longer than what is kept of it.";
}

function exactProblem(facts: ReplayFacts): string | null {
  const { run, profile, isCodeKept, inputs } = facts;
  if (run.digest === "") return "No code ran.";
  if (run.profile !== profile) return `It ran in the profile ${run.profile}; the engine runs in ${profile}.`;
  if (!isCodeKept) return `Code ${run.digest.slice(0, 8)} of ${run.storlet} is not kept.`;
  if (inputs === null) return "What it read is not kept with this run.";
  const lost = inputs.find(({ state }) => state === "changed" || state === "gone");
  if (lost === undefined) return null;
  return lost.state === "gone"
    ? `${lost.name} is not kept, and it is not there any more.`
    : `${lost.name} is not kept, and it changed since.`;
}

/** Whether a run can be replayed, and in the words of a button why not. */
export function chooseReplay(facts: ReplayFacts): ReplayChoice {
  const today = todayProblem(facts);
  return { today, exact: today ?? exactProblem(facts) };
}

/** Headers that another client would send again; the rest belongs to a connection or a person. */
const repeatable =
  /^(x-(?!trans-id|auth|storage|service|openstack|forwarded|timestamp$).*|range|if-.*|content-type|content-encoding|content-disposition|etag|accept|destination|destination-account)$/;

export function repeatableHeaders(headers: readonly SentHeader[]): SentHeader[] {
  return headers.filter(
    ({ name, value, hiddenCharacters }) =>
      hiddenCharacters === undefined && repeatable.test(name) && !(name === "accept" && value === "*/*"),
  );
}

/** The target without a signature: whoever sends it again has rights of their own. */
export function unsignedTarget(target: string): string {
  const [path = "", query] = target.split("?", 2);
  const kept = (query ?? "").split("&").filter((part) => part !== "" && !/^temp_url_|^signature=|^x-amz-/i.test(part));
  return kept.length === 0 ? path : `${path}?${kept.join("&")}`;
}
