import { describe, expect, it } from "vitest";
import { backOffMs } from "./connection.ts";
import { TRPCClientError } from "@trpc/client";
import { isUnauthorized, problemOf, ProblemError } from "./problems.ts";
import { queryKeys, staleKeys } from "./queries.ts";
import { splitObjectPath, swiftPath } from "./swift.ts";

describe("swiftPath", () => {
  it.each([
    [["AUTH_test", "logs", "app.log"], "/swift/v1/AUTH_test/logs/app.log"],
    [["AUTH_test", "logs", "2026/03/a b.log"], "/swift/v1/AUTH_test/logs/2026/03/a%20b.log"],
    [["AUTH_test", "c", "100%?#.csv"], "/swift/v1/AUTH_test/c/100%25%3F%23.csv"],
    [["AUTH_test", "c", "ünï/日本"], "/swift/v1/AUTH_test/c/%C3%BCn%C3%AF/%E6%97%A5%E6%9C%AC"],
    [["AUTH_test", "c", "(a)!*'"], "/swift/v1/AUTH_test/c/%28a%29%21%2A%27"],
    [["AUTH_test", "c", "a/../b"], "/swift/v1/AUTH_test/c/a/%2E%2E/b"],
    [["AUTH_test", "c", "a//b/"], "/swift/v1/AUTH_test/c/a//b/"],
    [["AUTH_test", "c"], "/swift/v1/AUTH_test/c"],
    [["AUTH_test"], "/swift/v1/AUTH_test"],
  ] as const)("encodes %j", (parts, path) => {
    expect(swiftPath(...(parts as readonly [string, string?, string?]))).toBe(path);
  });

  it("parts container and object at the first slash", () => {
    expect(splitObjectPath("c/a/b")).toEqual({ container: "c", object: "a/b" });
    expect(splitObjectPath("c")).toEqual({ container: "c", object: "" });
  });
});

describe("connection", () => {
  it("backs off to at most five seconds", () => {
    expect([0, 1, 2, 3, 4, 5, 20].map(backOffMs)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
  });

  it("says of a request without an answer that the engine is away", () => {
    expect(problemOf(new TypeError("Failed to fetch")).code).toBe("ENGINE_NOT_RUNNING");
    expect(problemOf(TRPCClientError.from(new TypeError("Failed to fetch"))).code).toBe("ENGINE_NOT_RUNNING");
    expect(problemOf(new Error("boom"))).toEqual({ code: "INTERNAL", message: "boom" });
  });
});

describe("problemOf", () => {
  it("finds our own problem inside of what the client wrapped", () => {
    const problem = { code: "UNAUTHORIZED", message: "No session." } as const;
    expect(problemOf(new ProblemError(problem))).toEqual(problem);
    expect(isUnauthorized(TRPCClientError.from(new ProblemError(problem)))).toBe(true);
    expect(isUnauthorized(new TypeError("Failed to fetch"))).toBe(false);
  });

  it("takes the problem the engine sent", () => {
    const problem = { code: "CONFLICT", message: "Changed outside.", hint: "Compare." };
    expect(problemOf(TRPCClientError.from({ error: { code: -32600, message: "x", data: { problem } } } as never))).toEqual(problem);
  });

  it("calls an abort cancelled", () => {
    expect(problemOf(TRPCClientError.from(new DOMException("Aborted", "AbortError"))).code).toBe("CANCELLED");
  });
});

describe("staleKeys", () => {
  it("renews what an event is about", () => {
    expect(staleKeys({ kind: "workspace" })).toEqual([
      queryKeys.storlets,
      queryKeys.recipes,
      queryKeys.environments,
      queryKeys.tours,
      queryKeys.samples,
    ]);
    expect(staleKeys({ kind: "objects", container: "logs" })).toEqual([queryKeys.containers, ["objects", "list", "logs"]]);
  });
});
