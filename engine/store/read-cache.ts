/** Answers the same question from memory until something is written: one request asks for its container many times. Owns no data. */
import type { BatchWriter } from "./batch.ts";

/** Answers held per question; beyond, all are forgotten. */
const maxAnswers = 1024;

/**
 * Wraps a read by names, of which only the last may have slashes. Every transaction makes all answers forgotten, and within one nothing is remembered: an
 * answer is never older than the database.
 */
export function createReadCache(batch: Pick<BatchWriter, "stamp">) {
  return <Names extends string[], T extends object | null>(read: (...names: Names) => T): ((...names: Names) => T) => {
    const answers = new Map<string, T>();
    let answeredAt: number | null = null;
    return (...names) => {
      const stamp = batch.stamp();
      if (stamp === null) return read(...names);
      if (stamp !== answeredAt || answers.size >= maxAnswers) answers.clear();
      answeredAt = stamp;
      const key = names.join("/");
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = read(...names);
      answers.set(key, answer);
      return answer;
    };
  };
}
