/** The users that tempauth knows unless others are configured. Test data: their keys are public. */

export interface SwiftUser {
  readonly account: string;
  readonly user: string;
  readonly key: string;
  /** `.admin` owns the account, `.reseller_admin` every account. */
  readonly groups: readonly string[];
  /** The Keystone domain of the user and the account; `Default` where it is left out. */
  readonly domain?: string;
}

export const defaultUsers: readonly SwiftUser[] = [
  { account: "test", user: "tester", key: "testing", groups: [".admin"] },
  { account: "test", user: "tester2", key: "testing2", groups: [".admin"] },
  { account: "test", user: "tester3", key: "testing3", groups: [] },
  { account: "test", user: "member", key: "member", groups: [] },
  { account: "test2", user: "tester2", key: "testing2", groups: [".admin"] },
  { account: "test", user: "tester6", key: "testing6", groups: [".reseller_admin"] },
  { account: "test4", user: "tester4", key: "testing4", groups: [".admin"], domain: "test-domain" },
  { account: "test5", user: "tester5", key: "testing5", groups: ["service"] },
  { account: "admin", user: "admin", key: "admin", groups: [".admin", ".reseller_admin"] },
];
