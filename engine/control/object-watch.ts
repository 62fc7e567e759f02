/** Notices objects that change, whoever changes them: a middleware that only listens. */
import type { Middleware } from "../swift/types.ts";

const changing = new Set(["PUT", "POST", "DELETE", "COPY"]);

/** Calls back after every successful change in a container of `account`; with `""` for the account's list of containers. */
export function createObjectWatch(account: string, onChange: (container: string) => void): Middleware {
  return async (request, next) => {
    const response = await next(request);
    const { path } = request;
    if (path?.account === account && path.container !== null && changing.has(request.method) && response.status < 300) {
      onChange(path.container);
      if (path.object === null) onChange("");
    }
    return response;
  };
}
