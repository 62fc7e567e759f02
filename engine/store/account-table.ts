/** Accounts and containers in the database. Owns their queries; transactions and files are the store's. */
import type { DatabaseSync } from "node:sqlite";
import type { NameRange } from "./listing.ts";
import { formatMetadata, toAccount, toContainer, type AccountRow, type ContainerRow } from "./rows.ts";
import { createRangeStatements } from "./range-statements.ts";
import type { AccountChange, AccountRecord, AccountTotals, ChangeOf, Changed, ContainerChange, ContainerRecord } from "./types.ts";

export interface AccountTable {
  find(account: string): AccountRecord | null;
  totals(account: string): AccountTotals;
  /** The key of an account that is in use; null for missing and deleted ones. */
  idOf(account: string): number | null;
  findContainer(account: string, container: string): ContainerRecord | null;
  containerIdOf(account: string, container: string): number | null;
  scanContainers(accountId: number, range: NameRange, limit: number): Iterable<ContainerRecord>;
  write(account: string, change: ChangeOf<AccountRecord, AccountChange>): Changed<AccountRecord>;
  writeContainer(account: string, container: string, change: ChangeOf<ContainerRecord, ContainerChange>): Changed<ContainerRecord>;
  deleteContainer(account: string, container: string): "deleted" | "missing" | "not-empty";
  /** Marks the account as deleted; returns the blobs that its objects leave behind, null where there is no such account. */
  delete(account: string): string[] | null;
}

const containerColumns = "c.id, c.name, c.created, c.modified, c.policy, c.metadata, c.object_count, c.bytes_used";

export function createAccountTable(database: DatabaseSync, nextTicks: () => number): AccountTable {
  const selectAccount = database.prepare("SELECT id, name, created, deleted, metadata FROM accounts WHERE name = ?");
  const selectTotals = database.prepare(
    `SELECT policy, count(*) AS containers, sum(object_count) AS objects, sum(bytes_used) AS bytes
     FROM containers WHERE account_id = ? GROUP BY policy ORDER BY policy`,
  );
  const insertAccount = database.prepare("INSERT INTO accounts (name, created, metadata) VALUES (?, ?, ?)");
  const updateAccount = database.prepare("UPDATE accounts SET metadata = ? WHERE id = ?");
  const markDeleted = database.prepare("UPDATE accounts SET deleted = 1, metadata = '{}' WHERE id = ?");
  const selectContainer = database.prepare(
    `SELECT ${containerColumns} FROM accounts a JOIN containers c ON c.account_id = a.id WHERE a.name = ? AND a.deleted = 0 AND c.name = ?`,
  );
  const insertContainer = database.prepare(
    "INSERT INTO containers (account_id, name, created, modified, policy, metadata) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const updateContainer = database.prepare("UPDATE containers SET modified = ?, policy = ?, metadata = ? WHERE id = ?");
  const removeContainer = database.prepare("DELETE FROM containers WHERE id = ?");
  const removeContainers = database.prepare("DELETE FROM containers WHERE account_id = ?");
  const removeSmallBytes = database.prepare(
    `DELETE FROM small_bytes WHERE object_id IN
     (SELECT o.id FROM objects o JOIN containers c ON c.id = o.container_id WHERE c.account_id = ?)`,
  );
  const removeObjects = database.prepare(
    "DELETE FROM objects WHERE container_id IN (SELECT id FROM containers WHERE account_id = ?) RETURNING blob",
  );
  const scans = createRangeStatements(database, `SELECT ${containerColumns} FROM containers c WHERE c.account_id = ?`, "c.name");

  const accountRow = (account: string): AccountRow | undefined => selectAccount.get(account) as AccountRow | undefined;
  const containerRow = (account: string, container: string): ContainerRow | undefined =>
    selectContainer.get(account, container) as ContainerRow | undefined;

  function find(account: string): AccountRecord | null {
    const row = accountRow(account);
    return row === undefined ? null : toAccount(row);
  }

  function findContainer(account: string, container: string): ContainerRecord | null {
    const row = containerRow(account, container);
    return row === undefined ? null : toContainer(row);
  }

  function idOf(account: string): number | null {
    const row = accountRow(account);
    return row === undefined || row.deleted !== 0 ? null : row.id;
  }

  /** The account's key; the account is made where it is missing. Null where it was deleted. */
  function ensureAccount(account: string): number | null {
    const row = accountRow(account);
    if (row !== undefined) return row.deleted === 0 ? row.id : null;
    return Number(insertAccount.run(account, nextTicks(), "{}").lastInsertRowid);
  }

  return {
    find,
    idOf,
    findContainer,
    containerIdOf: (account, container) => containerRow(account, container)?.id ?? null,
    totals(account) {
      const id = idOf(account);
      const policies = id === null ? [] : (selectTotals.all(id) as unknown as AccountTotals["policies"]);
      const sum = (pick: (policy: AccountTotals["policies"][number]) => number): number =>
        policies.reduce((total, policy) => total + pick(policy), 0);
      return { policies, containers: sum((p) => p.containers), objects: sum((p) => p.objects), bytes: sum((p) => p.bytes) };
    },
    *scanContainers(accountId, range, limit) {
      for (const row of scans.run(accountId, range, limit)) yield toContainer(row as unknown as ContainerRow);
    },
    write(account, change) {
      const row = accountRow(account);
      const before = row === undefined ? null : toAccount(row);
      const wanted = change(before);
      if (wanted === null) return { before, after: before };
      const metadata = formatMetadata(wanted.metadata);
      if (row === undefined) insertAccount.run(account, nextTicks(), metadata);
      else updateAccount.run(metadata, row.id);
      return { before, after: find(account) };
    },
    writeContainer(account, container, change) {
      const row = containerRow(account, container);
      const before = row === undefined ? null : toContainer(row);
      const wanted = change(before);
      const accountId = wanted === null ? null : ensureAccount(account);
      if (wanted === null || accountId === null) return { before, after: before };
      const ticks = nextTicks();
      const metadata = formatMetadata(wanted.metadata);
      if (row === undefined) insertContainer.run(accountId, container, ticks, ticks, wanted.policy, metadata);
      else updateContainer.run(ticks, wanted.policy, metadata, row.id);
      return { before, after: findContainer(account, container) };
    },
    deleteContainer(account, container) {
      const row = containerRow(account, container);
      if (row === undefined) return "missing";
      if (row.object_count > 0) return "not-empty";
      removeContainer.run(row.id);
      return "deleted";
    },
    delete(account) {
      const id = idOf(account);
      if (id === null) return null;
      removeSmallBytes.run(id);
      const blobs: string[] = [];
      for (const { blob } of removeObjects.all(id) as { blob: string | null }[]) if (blob !== null) blobs.push(blob);
      removeContainers.run(id);
      markDeleted.run(id);
      return blobs;
    },
  };
}
