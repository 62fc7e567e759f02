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

/** A header as an option of curl, which leaves one without a value out unless it ends in a semicolon. */
export function curlHeader(name: string, value: string): string {
  return `-H ${quoteForShell(value === "" ? `${name};` : `${name}: ${value}`)}`;
}

/** An address as a word of curl, which would resolve dots in it away. */
export function curlAddress(url: string): string {
  return `${/\/(\.|%2E){1,2}(\/|\?|$)/i.test(url) ? "--path-as-is " : ""}${quoteForShell(url)}`;
}
