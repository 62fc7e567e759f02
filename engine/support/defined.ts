/** Optional fields: what may be absent and what may be undefined are two things to the type checker. */

/** The fields that are not undefined. */
export function definedOnly<T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
