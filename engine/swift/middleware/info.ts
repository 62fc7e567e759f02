/** `/info`: what this Swift can do. Owns the document's frame; whoever offers a capability registers it. */
import { answer, answerMethodNotAllowed, answerText } from "../protocol/errors.ts";
import { limits } from "../protocol/limits.ts";
import { storagePolicies } from "../protocol/policies.ts";
import type { Middleware } from "../types.ts";

export interface InfoRegistry {
  /** Adds a top-level key. `describe` is called for every answer. */
  register(name: string, describe: () => unknown): void;
}

/** The limits and habits under the key `swift`. */
function describeSwift(): Record<string, unknown> {
  return {
    version: "2.30.1",
    strict_cors_mode: true,
    policies: storagePolicies.map(({ name, aliases, isDefault }) => ({
      name,
      aliases: aliases.join(", "),
      ...(isDefault ? { default: true } : {}),
    })),
    allow_account_management: true,
    account_autocreate: true,
    max_file_size: limits.maxFileSize,
    max_meta_name_length: limits.maxMetaNameLength,
    max_meta_value_length: limits.maxMetaValueLength,
    max_meta_count: limits.maxMetaCount,
    max_meta_overall_size: limits.maxMetaOverallSize,
    max_header_size: limits.maxHeaderSize,
    max_object_name_length: limits.maxObjectNameLength,
    max_container_name_length: limits.maxContainerNameLength,
    max_account_name_length: limits.maxAccountNameLength,
    container_listing_limit: limits.listingLimit,
    account_listing_limit: limits.listingLimit,
    extra_header_count: 0,
  };
}

const allowed = ["HEAD", "GET", "OPTIONS"] as const;

export function createInfo(): { middleware: Middleware; registry: InfoRegistry } {
  const providers = new Map<string, () => unknown>([["swift", describeSwift]]);
  const middleware: Middleware = async (request, next) => {
    if (request.rawPath !== "/info") return next(request);
    if (request.method === "OPTIONS") return answer(200, [["allow", allowed.join(", ")]]);
    if (request.method !== "GET" && request.method !== "HEAD") return answerMethodNotAllowed(allowed);
    const document = Object.fromEntries([...providers].map(([name, describe]) => [name, describe()]));
    return answerText(200, JSON.stringify(document), [], "application/json; charset=UTF-8");
  };
  return { middleware, registry: { register: (name, describe) => void providers.set(name, describe) } };
}
