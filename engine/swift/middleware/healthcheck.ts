/** `/healthcheck`: says that the engine answers. */
import { answerText } from "../protocol/errors.ts";
import type { Middleware } from "../types.ts";

export const healthcheck: Middleware = async (request, next) =>
  request.rawPath === "/healthcheck" ? answerText(200, "OK") : next(request);
