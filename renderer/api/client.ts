/** The typed client of the control API. Owns the links; knows no screen. */
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, type TRPCClient } from "@trpc/client";
import type { AppRouter } from "../../engine/control/router.ts";
import { ProblemError } from "./problems.ts";

const url = "/trpc";

/** Answers that are not of the control API become problems with words of their own. */
async function checkAnswer(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (response.status === 401) throw new ProblemError({ code: "UNAUTHORIZED", message: "This page has no session with the engine." });
  if (!(response.headers.get("content-type") ?? "").includes("json")) {
    throw new ProblemError({
      code: "INTERNAL",
      message: "The engine gave an answer that is not for this screen.",
      detail: `${response.status} ${response.statusText}`,
    });
  }
  return response;
}

/** Queries and mutations by HTTP, subscriptions as server-sent events; the session cookie goes along by itself. */
export const api: TRPCClient<AppRouter> = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === "subscription",
      true: httpSubscriptionLink({ url }),
      false: httpLink({ url, fetch: (input, init) => checkAnswer(fetch(input, init as RequestInit)) }),
    }),
  ],
});
