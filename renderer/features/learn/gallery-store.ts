/** What of the gallery is on show: shared by the page and the view at the left. */
import { create } from "zustand";

export type LanguageFilter = "all" | "python" | "java";

interface GalleryStore {
  language: LanguageFilter;
  text: string;
  /** Name of the sample that is told more of. */
  chosen: string | null;
}

export const useGallery = create<GalleryStore>(() => ({ language: "all", text: "", chosen: null }));
