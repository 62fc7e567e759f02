/** Fuzzy matching for the palette: every letter in order, better where words begin and letters adjoin. Pure. */

export interface FuzzyMatch {
  score: number;
  /** Positions of the matched letters in the text. */
  positions: readonly number[];
}

const isWordStart = (text: string, index: number) => {
  if (index === 0) return true;
  const before = text[index - 1] ?? "";
  const here = text[index] ?? "";
  return /[\s/_.:,-]/.test(before) || (/[a-z]/.test(before) && /[A-Z]/.test(here));
};

/** Matches `query` in `text`, ignoring case and spaces of the query; null where a letter is missing. */
export function fuzzyMatch(query: string, text: string): FuzzyMatch | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, "");
  if (wanted === "") return { score: 0, positions: [] };
  const lower = text.toLowerCase();
  const whole = bestSubstring(wanted, lower, text);
  if (whole !== null) return whole;
  return matchLetters(wanted, lower, text);
}

function bestSubstring(wanted: string, lower: string, text: string): FuzzyMatch | null {
  let best: FuzzyMatch | null = null;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    const score = 100 + wanted.length * 4 + (at === 0 ? 40 : isWordStart(text, at) ? 25 : 0) - at * 0.1 - text.length * 0.05;
    if (best === null || score > best.score) best = { score, positions: Array.from(wanted, (_, index) => at + index) };
  }
  return best;
}

/** Letters in order, each at a word start where that still leaves room for the rest. */
function matchLetters(wanted: string, lower: string, text: string): FuzzyMatch | null {
  const last = lastPlaces(wanted, lower);
  if (last === null) return null;
  const positions: number[] = [];
  let score = 0;
  let from = 0;
  for (let index = 0; index < wanted.length; index += 1) {
    const letter = wanted[index] ?? "";
    const limit = last[index] ?? 0;
    const previous = positions.at(-1);
    let chosen = lower.indexOf(letter, from);
    if (!(previous !== undefined && chosen === previous + 1)) {
      for (let at = chosen; at >= 0 && at <= limit; at = lower.indexOf(letter, at + 1)) {
        if (isWordStart(text, at)) {
          chosen = at;
          break;
        }
      }
    }
    score += (isWordStart(text, chosen) ? 12 : 1) + (previous !== undefined && chosen === previous + 1 ? 8 : 0);
    positions.push(chosen);
    from = chosen + 1;
  }
  const spread = (positions.at(-1) ?? 0) - (positions[0] ?? 0) - wanted.length;
  return { score: score - spread * 0.3 - text.length * 0.05, positions };
}

/** For each letter the last place it may take so that the rest still fits; null where the letters are not all there. */
function lastPlaces(wanted: string, lower: string): number[] | null {
  const places: number[] = Array.from({ length: wanted.length }, () => -1);
  let before = lower.length;
  for (let index = wanted.length - 1; index >= 0; index -= 1) {
    before = before === 0 ? -1 : lower.lastIndexOf(wanted[index] ?? "", before - 1);
    if (before < 0) return null;
    places[index] = before;
  }
  return places;
}

export interface Ranked<T> {
  item: T;
  positions: readonly number[];
}

/** The items that match, best first; `bonus` lifts what was used lately. Stable for equal scores. */
export function rankFuzzy<T>(
  query: string,
  items: readonly T[],
  textOf: (item: T) => string,
  bonus: (item: T) => number = () => 0,
): Ranked<T>[] {
  const scored: { item: T; positions: readonly number[]; score: number; order: number }[] = [];
  items.forEach((item, order) => {
    const match = fuzzyMatch(query, textOf(item));
    if (match !== null) scored.push({ item, positions: match.positions, score: match.score + bonus(item), order });
  });
  scored.sort((a, b) => b.score - a.score || a.order - b.order);
  return scored.map(({ item, positions }) => ({ item, positions }));
}
