/** The one table of commands: menus, buttons, palette, keys and help read it. Plain data; importable anywhere. */
import type { CommandArguments } from "./arguments.ts";

export type CommandCategory = "Go" | "File" | "View" | "Objects" | "Run" | "Logs" | "Problems" | "Learn" | "Appearance" | "Help";

/** What must hold for a command to make sense. The screen keeps these facts up to date. */
export type CommandContext = "file-open" | "tab-open" | "engine-up" | "several-groups" | "desktop";

interface CommandRow {
  readonly id: string;
  /** A verb first, sentence case. */
  readonly title: string;
  readonly category: CommandCategory;
  /** Keys of Windows and Linux; Ctrl is the command key on a Mac. The first is the one shown. Two presses in a row are parted by a space. */
  readonly keys?: readonly string[];
  readonly when?: CommandContext;
  /** Not offered to people: it needs an argument that only a caller knows. */
  readonly internal?: true;
}

const rows = [
  { id: "palette.commands", title: "Show all commands", category: "Go", keys: ["Ctrl+Shift+P", "F1"] },
  { id: "palette.goTo", title: "Go to file, object or run", category: "Go", keys: ["Ctrl+P"] },
  { id: "palette.symbols", title: "Go to a class or function in this file", category: "Go", keys: ["Ctrl+Shift+G"], when: "file-open" },
  { id: "palette.line", title: "Go to a line of this file", category: "Go", keys: ["Ctrl+G"], when: "file-open" },
  { id: "palette.recentTabs", title: "Go to a tab used lately", category: "Go", keys: ["Ctrl+K Ctrl+E", "Ctrl+Tab"], when: "tab-open" },
  { id: "region.next", title: "Move to the next region", category: "Go", keys: ["F6"] },
  { id: "region.previous", title: "Move to the previous region", category: "Go", keys: ["Shift+F6"] },

  { id: "storlet.new", title: "Create a storlet from a template", category: "File", keys: ["Ctrl+Alt+S"], when: "engine-up" },
  { id: "workspace.openFolder", title: "Open a folder", category: "File", keys: ["Ctrl+K Ctrl+O"] },
  { id: "editor.save", title: "Save, check and deploy", category: "File", keys: ["Ctrl+S"], when: "file-open" },
  { id: "editor.saveIfDirty", title: "Save what is unsaved", category: "File", internal: true },
  { id: "editor.close", title: "Close tab", category: "File", keys: ["Alt+W"], when: "tab-open" },
  { id: "editor.nextTab", title: "Next tab", category: "File", keys: ["Alt+PageDown"], when: "tab-open" },
  { id: "editor.previousTab", title: "Previous tab", category: "File", keys: ["Alt+PageUp"], when: "tab-open" },
  { id: "editor.closeOthers", title: "Close the other tabs of the group", category: "File", when: "tab-open" },
  { id: "editor.closeAll", title: "Close all tabs of the group", category: "File", when: "tab-open" },
  { id: "editor.splitRight", title: "Split the editor to the right", category: "File", keys: ["Ctrl+\\"], when: "tab-open" },
  { id: "editor.splitDown", title: "Split the editor downwards", category: "File", keys: ["Ctrl+K Ctrl+\\"], when: "tab-open" },
  {
    id: "editor.moveToNextGroup",
    title: "Move tab to the next group",
    category: "File",
    keys: ["Ctrl+K Ctrl+ArrowRight"],
    when: "tab-open",
  },
  {
    id: "editor.moveToPreviousGroup",
    title: "Move tab to the previous group",
    category: "File",
    keys: ["Ctrl+K Ctrl+ArrowLeft"],
    when: "tab-open",
  },
  { id: "editor.moveTabRight", title: "Move tab to the right", category: "File", keys: ["Alt+Shift+PageDown"], when: "tab-open" },
  { id: "editor.moveTabLeft", title: "Move tab to the left", category: "File", keys: ["Alt+Shift+PageUp"], when: "tab-open" },
  { id: "file.copyPath", title: "Copy the path of what is in front", category: "File", when: "tab-open" },
  { id: "group.focus1", title: "Go to editor group 1", category: "Go", keys: ["Ctrl+K 1", "Ctrl+1"] },
  { id: "group.focus2", title: "Go to editor group 2", category: "Go", keys: ["Ctrl+K 2", "Ctrl+2"] },
  { id: "group.focus3", title: "Go to editor group 3", category: "Go", keys: ["Ctrl+K 3", "Ctrl+3"] },
  { id: "group.focus4", title: "Go to editor group 4", category: "Go", keys: ["Ctrl+K 4", "Ctrl+4"] },
  { id: "group.focus5", title: "Go to editor group 5", category: "Go", keys: ["Ctrl+K 5", "Ctrl+5"] },
  { id: "group.focus6", title: "Go to editor group 6", category: "Go", keys: ["Ctrl+K 6", "Ctrl+6"] },
  { id: "group.focus7", title: "Go to editor group 7", category: "Go", keys: ["Ctrl+K 7", "Ctrl+7"] },
  { id: "group.focus8", title: "Go to editor group 8", category: "Go", keys: ["Ctrl+K 8", "Ctrl+8"] },
  { id: "group.focus9", title: "Go to editor group 9", category: "Go", keys: ["Ctrl+K 9", "Ctrl+9"] },
  { id: "group.next", title: "Go to the next editor group", category: "Go", keys: ["Ctrl+K ArrowRight"], when: "several-groups" },
  { id: "group.previous", title: "Go to the previous editor group", category: "Go", keys: ["Ctrl+K ArrowLeft"], when: "several-groups" },
  { id: "group.evenSizes", title: "Make all editor groups the same size", category: "View", when: "several-groups" },
  { id: "editor.open", title: "Open file", category: "File", internal: true },
  { id: "editor.reveal", title: "Go to line", category: "File", internal: true },
  { id: "editor.showException", title: "Show a failure in the file", category: "File", internal: true },
  { id: "editor.replace", title: "Replace a text in a file", category: "File", internal: true },
  { id: "editor.closeTab", title: "Close this tab", category: "File", internal: true },

  { id: "view.storlets", title: "Show storlets", category: "View", keys: ["Ctrl+Shift+S"] },
  { id: "view.objects", title: "Show objects", category: "View", keys: ["Ctrl+Shift+O"] },
  { id: "view.runs", title: "Show runs", category: "View", keys: ["Ctrl+Shift+H"] },
  { id: "view.recipes", title: "Show recipes", category: "View", keys: ["Ctrl+K Ctrl+R"] },
  { id: "view.sandboxes", title: "Show sandboxes", category: "View", keys: ["Ctrl+Shift+X"] },
  { id: "view.learn", title: "Show Learn", category: "View", keys: ["Ctrl+Shift+E"] },
  { id: "view.show", title: "Show a view", category: "View", internal: true },
  { id: "layout.toggleSideBar", title: "Show or hide the side bar", category: "View", keys: ["Ctrl+B"] },
  { id: "layout.togglePanel", title: "Show or hide the panel", category: "View", keys: ["Ctrl+J"] },
  { id: "layout.toggleInspector", title: "Show or hide Invoke", category: "View", keys: ["Ctrl+Alt+B"] },
  { id: "layout.reset", title: "Reset the layout", category: "View" },
  { id: "panel.show", title: "Show a panel", category: "View", internal: true },
  { id: "view.accessible", title: "Show this view as plain text", category: "View", keys: ["Alt+F2"] },

  { id: "objects.createContainer", title: "Create a container", category: "Objects", when: "engine-up" },
  { id: "objects.deleteContainer", title: "Delete this container", category: "Objects", when: "engine-up" },
  { id: "objects.upload", title: "Upload files", category: "Objects", keys: ["Ctrl+U"], when: "engine-up" },
  { id: "objects.uploadFolder", title: "Upload a folder", category: "Objects", when: "engine-up" },
  { id: "objects.download", title: "Download the selected objects", category: "Objects", when: "engine-up" },
  { id: "objects.copy", title: "Copy the selected objects", category: "Objects", when: "engine-up" },
  { id: "objects.rename", title: "Rename the selected object", category: "Objects", keys: ["F2"], when: "engine-up" },
  { id: "objects.delete", title: "Delete the selected objects", category: "Objects", when: "engine-up" },
  { id: "objects.undoDelete", title: "Undo the last delete", category: "Objects", keys: ["Ctrl+Alt+Z"] },
  { id: "objects.runStorlet", title: "Run a storlet on the selected object", category: "Objects", keys: ["Ctrl+Alt+Enter"] },
  { id: "objects.useRange", title: "Use the selected bytes as X-Storlet-Range", category: "Objects", keys: ["Ctrl+Alt+R"] },
  { id: "objects.filter", title: "Filter the objects", category: "Objects", keys: ["Ctrl+Shift+L"] },
  { id: "objects.flat", title: "Show the objects flat or in folders", category: "Objects" },
  { id: "objects.parent", title: "Go to the folder above", category: "Objects", keys: ["Alt+ArrowUp"] },
  { id: "objects.open", title: "Open the selected object", category: "Objects" },
  { id: "objects.copyPath", title: "Copy the path of the selected object", category: "Objects" },
  { id: "objects.copyUrl", title: "Copy the URL of the selected object", category: "Objects" },
  { id: "objects.refresh", title: "List the objects again", category: "Objects", when: "engine-up" },
  { id: "objects.preview", title: "Go to the preview", category: "Objects", keys: ["Ctrl+Shift+K"] },
  { id: "objects.details", title: "Go to the details of the object", category: "Objects", keys: ["Ctrl+I"] },

  { id: "invoke.run", title: "Run the storlet on the object", category: "Run", keys: ["Ctrl+Enter"], when: "engine-up" },
  { id: "invoke.cancel", title: "Cancel the run", category: "Run" },
  { id: "invoke.focus", title: "Go to Invoke", category: "Run", keys: ["Ctrl+Shift+Y"] },
  { id: "invoke.setObject", title: "Use this object for the next run", category: "Run", internal: true },
  { id: "invoke.setRange", title: "Use this range for the next run", category: "Run", internal: true },
  { id: "invoke.setStorlet", title: "Use this storlet for the next run", category: "Run", internal: true },
  { id: "invoke.setParam", title: "Use this parameter for the next run", category: "Run", internal: true },
  { id: "invoke.useExample", title: "Use the example of this storlet", category: "Run", internal: true },
  { id: "invoke.copyCurl", title: "Copy this request as curl", category: "Run", when: "engine-up" },
  { id: "invoke.copySwift", title: "Copy this request as a swift command", category: "Run", when: "engine-up" },
  { id: "invoke.copyPython", title: "Copy this request as Python", category: "Run", when: "engine-up" },
  { id: "recipe.save", title: "Save this request as a recipe", category: "Run", keys: ["Ctrl+Alt+K"], when: "engine-up" },
  { id: "recipe.saveAs", title: "Save this request as a new recipe", category: "Run", when: "engine-up" },
  { id: "recipe.importCurl", title: "Paste a curl command", category: "Run", keys: ["Ctrl+Alt+V"], when: "engine-up" },
  { id: "recipe.runAll", title: "Run all recipes", category: "Run", when: "engine-up" },
  { id: "recipe.stop", title: "Stop running recipes", category: "Run" },
  { id: "recipe.openFile", title: "Open the file of this recipe", category: "Run" },
  { id: "recipe.leave", title: "Part the request from its recipe", category: "Run" },
  { id: "recipe.open", title: "Open a recipe", category: "Run", internal: true },
  { id: "recipe.run", title: "Run a recipe", category: "Run", internal: true },
  { id: "recipe.delete", title: "Delete a recipe", category: "Run", internal: true },
  { id: "environment.create", title: "Create an environment", category: "Run", when: "engine-up" },
  { id: "sample.runFirst", title: "Run a sample now", category: "Run", when: "engine-up" },
  { id: "sample.run", title: "Run this sample", category: "Run", internal: true },
  { id: "storlet.deployCurrent", title: "Deploy the storlet of this file", category: "Run", when: "file-open" },
  { id: "storlet.deploy", title: "Deploy a storlet", category: "Run", internal: true },
  { id: "run.show", title: "Show a run", category: "Run", internal: true },
  { id: "run.open", title: "Open the page of a run", category: "Run", internal: true },
  {
    id: "run.replay",
    title: "Replay the run in front, or the last one, against today's code",
    category: "Run",
    keys: ["Ctrl+Shift+Enter"],
    when: "engine-up",
  },
  {
    id: "run.replayExactly",
    title: "Replay the run in front, or the last one, exactly",
    category: "Run",
    keys: ["Ctrl+Alt+Shift+Enter"],
    when: "engine-up",
  },
  { id: "run.replayRun", title: "Replay this run", category: "Run", internal: true },
  { id: "run.compareWithPrevious", title: "Compare with the run before", category: "Run", keys: ["Ctrl+Shift+D"], when: "engine-up" },
  { id: "run.compareRun", title: "Compare this run with the one before", category: "Run", internal: true },
  { id: "run.compare", title: "Compare two runs", category: "Run", internal: true },
  { id: "run.pin", title: "Pin or unpin this run", category: "Run", when: "engine-up" },
  { id: "run.showLog", title: "Show the log of the run in front, or the last one", category: "Run", when: "engine-up" },
  { id: "run.copyId", title: "Copy the transaction id of the run in front, or the last one", category: "Run", when: "engine-up" },
  { id: "run.copyCurl", title: "Copy the run in front, or the last one, as curl", category: "Run", when: "engine-up" },
  { id: "run.copyCurlOf", title: "Copy a run as curl", category: "Run", internal: true },
  { id: "difference.next", title: "Go to the next difference", category: "Run", keys: ["F7"] },
  { id: "difference.previous", title: "Go to the previous difference", category: "Run", keys: ["Shift+F7"] },
  { id: "sandboxes.show", title: "Open the page of sandboxes", category: "Run" },
  { id: "sandbox.restart", title: "Restart the selected sandbox", category: "Run", when: "engine-up" },
  { id: "sandbox.stop", title: "Stop the selected sandbox or daemon", category: "Run", when: "engine-up" },
  { id: "sandbox.terminal", title: "Open a terminal in the selected sandbox", category: "Run", when: "engine-up" },
  { id: "terminal.open", title: "Open the terminal of a sandbox", category: "Run", internal: true },
  { id: "terminal.show", title: "Show the terminal into the sandbox", category: "View", keys: ["Ctrl+`"], when: "engine-up" },
  { id: "image.build", title: "Build the sandbox image", category: "Run", when: "engine-up" },
  { id: "object.openContainer", title: "Open a container", category: "Objects", internal: true },
  { id: "object.open", title: "Open an object", category: "Objects", internal: true },

  { id: "logs.show", title: "Show logs", category: "Logs", keys: ["Ctrl+Shift+U"] },
  { id: "logs.showRun", title: "Show the log of a run", category: "Logs", internal: true },
  { id: "logs.filter", title: "Filter the log", category: "Logs", keys: ["Ctrl+Alt+G"] },
  { id: "logs.moreFilters", title: "Filter the log by source, storlet, run or time", category: "Logs", keys: ["Ctrl+Alt+H"] },
  { id: "logs.clearFilter", title: "Clear the filter of the log", category: "Logs" },
  { id: "logs.find", title: "Find in the log", category: "Logs", keys: ["Ctrl+Alt+F"] },
  { id: "logs.findNext", title: "Find the next in the log", category: "Logs" },
  { id: "logs.findPrevious", title: "Find the previous in the log", category: "Logs" },
  { id: "logs.newestError", title: "Go to the newest error in the log", category: "Logs", keys: ["Ctrl+Alt+E"] },
  { id: "logs.pause", title: "Pause or resume the log", category: "Logs", keys: ["Ctrl+Alt+P"] },
  { id: "logs.wrap", title: "Wrap the lines of the log", category: "Logs" },
  { id: "logs.copy", title: "Copy the shown lines of the log", category: "Logs" },
  { id: "logs.saveText", title: "Save the shown lines as text", category: "Logs" },
  { id: "logs.saveJson", title: "Save the shown lines as JSON lines", category: "Logs" },
  { id: "logs.saveAllText", title: "Save all lines of the engine as text", category: "Logs", when: "engine-up" },
  { id: "logs.saveAllJson", title: "Save all lines of the engine as JSON lines", category: "Logs", when: "engine-up" },
  { id: "logs.clear", title: "Clear the view of the log", category: "Logs" },

  { id: "problems.show", title: "Show problems", category: "Problems", keys: ["Ctrl+Shift+M"] },
  { id: "problems.next", title: "Go to the next problem", category: "Problems", keys: ["F8"] },
  { id: "problems.previous", title: "Go to the previous problem", category: "Problems", keys: ["Shift+F8"] },

  { id: "learn.samples", title: "Show the samples", category: "Learn" },
  { id: "learn.runSample", title: "Run this sample of the gallery", category: "Learn", internal: true },
  { id: "tour.startFirst", title: "Take the 5-minute tour", category: "Learn", when: "engine-up" },
  { id: "tour.start", title: "Begin this tour", category: "Learn", internal: true },
  { id: "tour.resume", title: "Go on with the last tour", category: "Learn", when: "engine-up" },
  { id: "tour.focus", title: "Go to the tour", category: "Learn", keys: ["Ctrl+Alt+L"] },
  { id: "tour.show", title: "Show where this step of the tour is", category: "Learn", keys: ["Ctrl+Alt+W"] },
  { id: "tour.doIt", title: "Do this step of the tour for me", category: "Learn", keys: ["Ctrl+Alt+I"] },
  { id: "tour.next", title: "Go to the next step of the tour", category: "Learn", keys: ["Ctrl+Alt+N"] },
  { id: "tour.skip", title: "Skip this step of the tour", category: "Learn" },
  { id: "tour.back", title: "Go to the previous step of the tour", category: "Learn" },
  { id: "tour.leave", title: "Leave the tour", category: "Learn" },
  { id: "presentation.toggle", title: "Start or end presentation mode", category: "Learn", keys: ["Ctrl+F11"] },
  { id: "demo.set", title: "Set demo point", category: "Learn", when: "engine-up" },
  { id: "demo.reset", title: "Reset demo", category: "Learn", keys: ["Ctrl+F12"], when: "engine-up" },
  { id: "demo.undoReset", title: "Undo the reset of the demo", category: "Learn", when: "engine-up" },

  { id: "theme.system", title: "Follow the theme of the system", category: "Appearance" },
  { id: "theme.dark", title: "Use the dark theme", category: "Appearance" },
  { id: "theme.light", title: "Use the light theme", category: "Appearance" },
  { id: "theme.hcDark", title: "Use the dark high contrast theme", category: "Appearance" },
  { id: "theme.hcLight", title: "Use the light high contrast theme", category: "Appearance" },
  { id: "theme.choose", title: "Choose a theme", category: "Appearance", internal: true },

  { id: "zoom.in", title: "Make everything larger", category: "Appearance", keys: ["Ctrl+=", "Ctrl++"], when: "desktop" },
  { id: "zoom.out", title: "Make everything smaller", category: "Appearance", keys: ["Ctrl+-"], when: "desktop" },
  { id: "zoom.reset", title: "Show everything in its own size", category: "Appearance", keys: ["Ctrl+0"], when: "desktop" },

  { id: "welcome.show", title: "Show Welcome", category: "Help" },
  { id: "doctor.show", title: "Show the doctor", category: "Help" },
  { id: "doctor.check", title: "Check this computer again", category: "Help", when: "engine-up" },
  { id: "help.keys", title: "Show keyboard shortcuts", category: "Help", keys: ["Ctrl+K Ctrl+S"] },
  { id: "keys.rebind", title: "Change the keys of a command", category: "Help", internal: true },
  { id: "help.view", title: "Show accessibility help for this view", category: "Help", keys: ["Alt+F1"] },
  { id: "help.toggleHints", title: "Say or silence the hint on accessibility help", category: "Help" },
] as const satisfies readonly CommandRow[];

export type CommandId = (typeof rows)[number]["id"];

/** What `runCommand` takes after the id: nothing, where the command has no argument. */
export type CommandArgument<Id extends CommandId> = Id extends keyof CommandArguments ? CommandArguments[Id] : void;

export interface Command extends CommandRow {
  readonly id: CommandId;
}

export const commands: readonly Command[] = rows;

const byId = new Map<string, Command>(commands.map((command) => [command.id, command]));

/** The row of a command. */
export function commandOf(id: CommandId): Command {
  const command = byId.get(id);
  if (command === undefined) throw new Error(`No command ${id}.`);
  return command;
}

/** Keys that a person has bound, in place of those of the rows. */
let bound: ReadonlyMap<CommandId, readonly string[]> = new Map();

/** Puts keys in place of those of the rows; commands that are not named keep theirs. */
export function bindKeys(keys: ReadonlyMap<CommandId, readonly string[]>): void {
  bound = keys;
}

/** Every key of a command as it is bound now. */
export function allKeysOf(id: CommandId): readonly string[] {
  return bound.get(id) ?? commandOf(id).keys ?? [];
}

/** The keys to show for a command, e.g. `Ctrl+S`; undefined where it has none. */
export function keysOf(id: CommandId): string | undefined {
  return allKeysOf(id)[0];
}
