/** The folder that is chosen in the side bar: where uploads go while no container is in front. */
import { create } from "zustand";
import type { Folder } from "./object-tree.ts";

export const useTreeFolder = create<{ folder: Folder | null }>(() => ({ folder: null }));
