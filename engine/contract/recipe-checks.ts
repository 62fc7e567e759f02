/** Holds an answer against what a recipe expects of it. Pure. */
import type { Expectation } from "./recipes.ts";

/** What is known of an answer. For PUT and COPY, `metadata` and `body` are those of the object that was stored. */
export interface AnswerFacts {
  status: number;
  headers: readonly (readonly [name: string, value: string])[];
  /** Headers with the storlet's output metadata. */
  metadata: readonly (readonly [name: string, value: string])[];
  durationMs: number;
  /** `why`: it could not be read to its end. */
  body: { text: string; sha256: string } | { why: string };
  /** Why the answer broke off; null where it came whole. */
  cut: string | null;
}

export interface Check {
  /** fail decides; warn tells. */
  state: "pass" | "fail" | "warn";
  /** "Status is 200". */
  label: string;
  /** What was there instead; "" where it passed. */
  found: string;
}

export type Verdict = "pass" | "fail" | "warn";

/** The worst of the checks. */
export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ state }) => state === "fail")) return "fail";
  return checks.some(({ state }) => state === "warn") ? "warn" : "pass";
}

/** The tests that make sense of a subject, the usual one first. */
export const testsOf: Readonly<Record<Expectation["subject"], readonly Expectation["test"][]>> = {
  status: ["is"],
  header: ["is", "matches", "contains"],
  metadata: ["is", "matches", "contains"],
  body: ["contains", "is", "matches", "sha256"],
  duration: ["under"],
};

/** Milliseconds of `500 ms`, `2 s` or `1.5s`; a bare number is milliseconds. Null where it is none of these. */
export function parseDuration(text: string): number | null {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s)?\s*$/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (unit === "s" ? 1000 : 1);
}

function patternOf(text: string): RegExp | null {
  try {
    return new RegExp(text, "s");
  } catch {
    return null;
  }
}

/** What is wrong with an expectation whose variables are filled in, with the fix; null where nothing is. */
export function expectationProblem({ subject, name, test, value }: Expectation): string | null {
  if (!testsOf[subject].includes(test)) return `A ${subject} cannot be tested with "${test}". Use ${testsOf[subject].join(", ")}.`;
  if ((subject === "header" || subject === "metadata") && name.trim() === "") {
    return subject === "header" ? "Give the name of the header." : "Give the key of the metadata.";
  }
  if (subject === "status" && !/^[1-5](\d\d|xx)$/i.test(value.trim())) return "Write the status like 200, or 2xx for any success.";
  if (subject === "duration" && parseDuration(value) === null) return "Write the time like 500 ms or 2 s.";
  if (test === "matches" && patternOf(value) === null) return "This is not a regular expression.";
  if (test === "sha256" && !/^[0-9a-f]{64}$/i.test(value.trim())) return "A SHA-256 has 64 hexadecimal digits.";
  return null;
}

const longestShown = 200;
const shown = (text: string): string => (text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);

/** "Header Content-Type is text/csv". */
export function expectationLabel({ subject, name, test, value }: Expectation): string {
  const what = { status: "Status", header: `Header ${name}`, metadata: `Metadata ${name}`, body: "Body", duration: "Time" }[subject];
  const verb = { is: "is", matches: "matches", contains: "contains", sha256: "has the SHA-256", under: "is under" }[test];
  return `${what} ${verb} ${test === "sha256" ? `${value.trim().slice(0, 12)}…` : shown(value)}`;
}

function holds(test: Expectation["test"], value: string, found: string): boolean {
  if (test === "contains") return found.includes(value);
  return test === "matches" ? (patternOf(value)?.test(found) ?? false) : found === value;
}

/** Where the text first differs, for people who look for one character in a long body. */
function describeText(test: Expectation["test"], value: string, found: string): string {
  if (test !== "is") return found === "" ? "The body is empty." : `It begins with ${JSON.stringify(shown(found))}`;
  let at = 0;
  while (at < value.length && value[at] === found[at]) at += 1;
  const line = found.slice(0, at).split("\n").length;
  return `It differs in line ${line}: ${JSON.stringify(shown(found.slice(at, at + 60)))} instead of ${JSON.stringify(shown(value.slice(at, at + 60)))}`;
}

function checkBody({ test, value }: Expectation, body: AnswerFacts["body"]): Omit<Check, "label"> {
  if ("why" in body) return { state: "fail", found: body.why };
  if (test === "sha256") {
    return body.sha256 === value.trim().toLowerCase() ? { state: "pass", found: "" } : { state: "fail", found: `It is ${body.sha256}` };
  }
  return holds(test, value, body.text) ? { state: "pass", found: "" } : { state: "fail", found: describeText(test, value, body.text) };
}

function checkHeader({ test, value }: Expectation, name: string, headers: AnswerFacts["headers"]): Omit<Check, "label"> {
  const found = headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, text]) => text);
  if (found.length === 0) return { state: "fail", found: "It is not there." };
  return holds(test, value.trim(), found.join(", "))
    ? { state: "pass", found: "" }
    : { state: "fail", found: `It is ${shown(found.join(", "))}` };
}

function check(expectation: Expectation, facts: AnswerFacts): Omit<Check, "label"> {
  const problem = expectationProblem(expectation);
  if (problem !== null) return { state: "fail", found: problem };
  const { subject, name, value } = expectation;
  switch (subject) {
    case "status": {
      const wanted = value.trim().toLowerCase();
      const ok = wanted.endsWith("xx") ? String(facts.status).startsWith(wanted.charAt(0)) : String(facts.status) === wanted;
      return ok ? { state: "pass", found: "" } : { state: "fail", found: `It is ${facts.status}` };
    }
    case "header":
      return checkHeader(expectation, name.trim(), facts.headers);
    case "metadata":
      return checkHeader(expectation, `X-Object-Meta-${name.trim()}`, facts.metadata);
    case "body":
      return checkBody(expectation, facts.body);
    case "duration": {
      const took = Math.round(facts.durationMs);
      return took < (parseDuration(value) ?? 0) ? { state: "pass", found: "" } : { state: "warn", found: `It took ${took} ms` };
    }
  }
}

/** Who says nothing of the status expects a success. */
const success: Expectation = { subject: "status", name: "", test: "is", value: "2xx" };

/** One check for each expectation, in their order; before them what everybody expects: a success that comes whole. */
export function checkExpectations(expect: readonly Expectation[], facts: AnswerFacts): Check[] {
  const all = expect.some(({ subject }) => subject === "status") ? expect : [success, ...expect];
  const checks = all.map((expectation): Check => ({ label: expectationLabel(expectation), ...check(expectation, facts) }));
  return facts.cut === null ? checks : [{ state: "fail", label: "The answer comes whole", found: facts.cut }, ...checks];
}

/** What has to be read to hold these expectations: of PUT and COPY it lies in the object that was stored. */
export function needsOf(expect: readonly Expectation[]): { body: boolean; metadata: boolean } {
  return {
    body: expect.some(({ subject }) => subject === "body"),
    metadata: expect.some(({ subject }) => subject === "metadata"),
  };
}
