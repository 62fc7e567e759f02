/** Where people went lately with the palette, newest first. */

const storageKey = "studio.palette.recent";
const maxPlaces = 12;

export function recentPlaces(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter((place): place is string => typeof place === "string") : [];
  } catch {
    return [];
  }
}

export function rememberPlace(id: string): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify([id, ...recentPlaces().filter((place) => place !== id)].slice(0, maxPlaces)));
  } catch {
    // Without storage the list is in its natural order.
  }
}
