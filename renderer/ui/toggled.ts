/** The set with a member put in where it is missing, taken out where it is there. */
export function toggled<T>(set: ReadonlySet<T>, member: T): Set<T> {
  const changed = new Set(set);
  if (!changed.delete(member)) changed.add(member);
  return changed;
}
