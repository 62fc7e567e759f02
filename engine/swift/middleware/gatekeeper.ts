/** Keeps internal headers inside: clients neither set nor see them. Requests of the system itself pass untouched. */
import type { HeaderMap, Middleware } from "../types.ts";

/** Header names that only the system may use. */
function isInternal(header: string): boolean {
  return (
    header.startsWith("x-backend-") ||
    header.startsWith("x-account-sysmeta-") ||
    header.startsWith("x-container-sysmeta-") ||
    header.startsWith("x-object-sysmeta-") ||
    header.startsWith("x-object-transient-sysmeta-")
  );
}

/** Takes out what only the system may say or see. */
export function removeInternal(headers: HeaderMap): void {
  for (const header of headers.keys()) if (isInternal(header)) headers.delete(header);
}

export const gatekeeper: Middleware = async (request, next) => {
  if (request.context.authorize === null) return next(request);
  removeInternal(request.headers);
  request.headers.delete("x-timestamp");
  const response = await next(request);
  removeInternal(response.headers);
  return response;
};
