/** Words of commands for a terminal that reach this Swift, with a user that it knows. Pure. */

/** A word of a POSIX shell command. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export const userKey = "testing";
export const userOf = (account: string): string => `${account.replace(/^[A-Z]+_/, "")}:tester`;

/** The line that puts a token into `$TOKEN`. */
export function tokenLine(account: string, authUrl: string): string {
  const user = quoteForShell(`X-Auth-User: ${userOf(account)}`);
  return `TOKEN=$(curl -si -H ${user} -H 'X-Auth-Key: ${userKey}' ${quoteForShell(authUrl)} | tr -d '\\r' | sed -n 's/^X-Auth-Token: //p')`;
}
