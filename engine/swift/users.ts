/** The users that tempauth knows unless others are configured. Test data: their keys are public. */

export interface SwiftUser {
  readonly account: string;
  readonly user: string;
  readonly key: string;
  /** `.admin` owns the account, `.reseller_admin` every account. */
  readonly groups: readonly string[];
}

export const defaultUsers: readonly SwiftUser[] = [
  { account: "test", user: "tester", key: "testing", groups: [".admin"] },
  { account: "test", user: "tester2", key: "testing2", groups: [".admin"] },
  { account: "test", user: "tester3", key: "testing3", groups: [] },
  { account: "test", user: "member", key: "member", groups: [] },
  { account: "test2", user: "tester2", key: "testing2", groups: [".admin"] },
  { account: "test", user: "tester6", key: "testing6", groups: [".reseller_admin"] },
  { account: "test5", user: "tester5", key: "testing5", groups: ["service"] },
  { account: "admin", user: "admin", key: "admin", groups: [".admin", ".reseller_admin"] },
];
