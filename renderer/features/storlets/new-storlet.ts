/** Whether a new storlet can have a name, as far as the screen can tell. Pure; the engine has the last word. */

const longestName = 64;

/** Why not, with the fix, in one sentence; null where it can. */
export function nameProblem(name: string, taken: readonly string[]): string | null {
  if (name === "") return "Give it a name, like line_counter.";
  if (taken.includes(name)) return `There is a storlet ${name} already. Choose another name.`;
  if (name.length > longestName) return `Use at most ${longestName} characters.`;
  // What is offered can be used as it is.
  const mended = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
  if (/[A-Z]/.test(name)) return `Use lower-case letters: ${mended}.`;
  if (/[\s-]/.test(name)) return `Use underscores between words: ${mended}.`;
  if (/^[0-9]/.test(name)) return "Begin with a letter.";
  if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name)) return "Use lower-case letters, digits and single underscores between words.";
  return null;
}
