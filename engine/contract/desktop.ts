/** What the desktop shell offers a page under `window.desktop`; absent in a browser. Types only: the shell's preload fills it in. */

/** The engine as its host sees it. After `restarting` the window loads the new address by itself. */
export interface DesktopEngineState {
  state: "starting" | "restarting" | "failed" | "stopped";
  /** Which restart this is, from 1. */
  attempt?: number;
  delayMs?: number;
}

export interface DesktopApi {
  readonly platform: string;
  /** Calls `listener` with the id of a command chosen in the native menu. Returns the function that ends this. */
  onCommand(listener: (id: string) => void): () => void;
  /** Calls `listener` when the engine has crashed, starts again, or could not be started. Returns the function that ends this. */
  onEngineState(listener: (state: DesktopEngineState) => void): () => void;
  /** Tells the native menu which keys commands have now: every one that has another than in the table. */
  setKeys(keys: Readonly<Record<string, readonly string[]>>): void;
  /** Draws the page this much larger; 1 is its own size. */
  setScale(factor: number): void;
  /** Asks the user for a folder. Absolute path, or null where they changed their mind. */
  chooseFolder(): Promise<string | null>;
  /** Asks where to save, then writes. `name` may be an object name. Absolute path, or null where they changed their mind. */
  saveFile(name: string, data: Uint8Array): Promise<string | null>;
}
