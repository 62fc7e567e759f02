/** What each view is and how it is worked with by keyboard. Keys of commands come from the table; here are those that views have themselves. */
import type { CommandId } from "../../commands/table.ts";
import type { HelpTopic } from "./topics.ts";

export interface HelpText {
  title: string;
  /** What it is for: one or two sentences. */
  what: string;
  /** Commands that matter here: their keys are looked up. */
  commands: readonly CommandId[];
  /** Keys that the view has itself, as they are written in the table. */
  own: readonly (readonly [keys: string, does: string])[];
  /** What Alt+F2 shows; the text of the view unless said. */
  twin?: string;
}

const tree = [
  ["ArrowDown", "next row; ArrowUp for the one before"],
  ["ArrowRight", "unfold; ArrowLeft folds or goes to the parent"],
  ["Enter", "open the row"],
  ["Shift+F10", "menu of the row"],
] as const;
const subTabs = [["ArrowRight", "next tab within the view, when a tab has the focus; ArrowLeft for the one before"]] as const;

export const helpTexts: Record<HelpTopic, HelpText> = {
  "page:welcome": {
    title: "Welcome",
    what: "The first steps: run a sample, see the storlets of the workspace, and what this computer has or lacks.",
    commands: ["sample.runFirst", "doctor.show", "palette.commands"],
    own: [["Tab", "next link or button"]],
  },
  "page:file": {
    title: "Code editor",
    what: "The text of a file of the workspace. Saving checks it, deploys it and makes it live.",
    commands: [
      "editor.save",
      "invoke.run",
      "palette.symbols",
      "palette.line",
      "problems.next",
      "problems.previous",
      "editor.splitRight",
      "editor.close",
      "palette.commands",
    ],
    own: [
      ["Ctrl+M", "let Tab leave the editor, and write a tab again"],
      ["Ctrl+F", "find; Escape closes the search"],
      ["Ctrl+Space", "suggestions"],
      ["Ctrl+Z", "undo"],
    ],
    twin: "The text with the numbers of its lines, and its problems.",
  },
  "page:container": {
    title: "Container",
    what: "The objects of a container as a table. Names with a slash are shown as folders.",
    commands: [
      "objects.filter",
      "objects.parent",
      "objects.upload",
      "objects.rename",
      "objects.delete",
      "objects.undoDelete",
      "objects.runStorlet",
      "objects.preview",
      "objects.details",
    ],
    own: [
      ["ArrowDown", "next row; with Shift the selection grows"],
      ["Space", "select or leave out the row"],
      ["Enter", "open the object or folder"],
      ["Delete", "delete what is selected; it can be undone"],
      ["Shift+F10", "menu of the selected objects"],
    ],
  },
  "page:object": {
    title: "Object",
    what: "The content of an object: text, table, tree, picture or bytes. Only the part that is looked at is read.",
    commands: ["objects.download", "objects.runStorlet", "objects.useRange", "objects.details", "objects.copyUrl"],
    own: [...subTabs, ["ArrowDown", "next line, row or sixteen bytes"]],
    twin: "Bytes as offsets and characters, where bytes are shown.",
  },
  "page:run": {
    title: "Run",
    what: "One run of a storlet: what was sent, what came back, its log, and where the time went.",
    commands: ["run.replay", "run.compareWithPrevious", "run.pin", "run.copyCurl", "run.showLog"],
    own: [...subTabs, ["F6", "next region"]],
    twin: "The times of its phases as text.",
  },
  "page:compare": {
    title: "Comparison of two runs",
    what: "Two runs beside each other: status, headers, body and log. Lines that differ are marked with a sign and a colour.",
    commands: ["difference.next", "difference.previous", "run.replay"],
    own: subTabs,
  },
  "page:sandboxes": {
    title: "Sandboxes",
    what: "Every sandbox with its daemons, what they use now and over time, their images, and what began and ended.",
    commands: ["sandbox.restart", "sandbox.stop", "image.build"],
    own: [["ArrowDown", "next sandbox or daemon in the table"]],
    twin: "The charts as tables.",
  },
  "page:doctor": {
    title: "Doctor",
    what: "What this computer has and lacks for storlets. Each line says why it matters and what to do.",
    commands: ["doctor.check"],
    own: [["Tab", "next line with something to do"]],
  },
  "page:learn": {
    title: "Samples",
    what: "Every sample with its lesson. Running one puts it into the workspace where it is missing and shows source and result.",
    commands: ["view.learn", "tour.startFirst", "presentation.toggle"],
    own: [["Tab", "from the search to the samples, each with its button"]],
  },
  "page:none": {
    title: "Editor area",
    what: "Nothing is open here. Files, objects and runs open as tabs.",
    commands: ["palette.goTo", "welcome.show", "view.storlets"],
    own: [],
  },
  tabs: {
    title: "Open tabs",
    what: "The tabs of an editor group. Each can be moved within its row and to other groups.",
    commands: [
      "editor.close",
      "editor.nextTab",
      "editor.previousTab",
      "editor.splitRight",
      "editor.splitDown",
      "editor.moveToNextGroup",
      "editor.moveTabRight",
      "editor.moveTabLeft",
      "palette.recentTabs",
      "group.next",
    ],
    own: [
      ["ArrowRight", "next tab; ArrowLeft, Home and End go as expected"],
      ["Delete", "close the tab"],
      ["Shift+F10", "menu of the tab"],
    ],
  },
  "view:storlets": {
    title: "Storlets",
    what: "The storlets of the workspace with their files and an example each, and the runs of late.",
    commands: ["storlet.deployCurrent", "invoke.run", "palette.goTo"],
    own: tree,
  },
  "view:objects": {
    title: "Objects",
    what: "The containers of the account as a tree, and uploads that are under way.",
    commands: ["objects.createContainer", "objects.upload", "objects.uploadFolder", "objects.undoDelete"],
    own: tree,
  },
  "view:runs": {
    title: "Runs",
    what: "Every recorded run, whoever sent it: found by words and cut by state.",
    commands: ["run.replay", "run.compareWithPrevious", "run.pin"],
    own: [
      ["ArrowDown", "next run; ArrowUp for the one before"],
      ["Enter", "open the page of the run"],
      ["Shift+F10", "menu of the run"],
    ],
  },
  "view:recipes": {
    title: "Recipes",
    what: "Requests that are kept as files, each with what is expected of its answer and how it went last.",
    commands: ["recipe.save", "recipe.runAll", "recipe.stop", "recipe.importCurl", "environment.create"],
    own: [
      ["ArrowDown", "next recipe; ArrowUp for the one before"],
      ["Enter", "open the recipe in Invoke"],
    ],
  },
  "view:learn": {
    title: "Learn",
    what: "Tours with steps that are checked, samples, and what a demo needs: presentation mode, a demo point and its reset.",
    commands: ["learn.samples", "tour.startFirst", "tour.focus", "tour.next", "tour.doIt", "presentation.toggle", "demo.set", "demo.reset"],
    own: [["Tab", "next tour or button"]],
  },
  "view:sandboxes": {
    title: "Sandboxes",
    what: "The sandboxes that run now, with their daemons.",
    commands: ["sandboxes.show", "sandbox.restart", "sandbox.stop"],
    own: tree,
  },
  "panel:logs": {
    title: "Logs",
    what: "The lines of every storlet, daemon and of the engine as they come. New lines are told as a summary, never one by one.",
    commands: ["logs.show", "logs.filter", "logs.moreFilters", "logs.find", "logs.newestError", "logs.pause", "logs.saveText"],
    own: [
      ["Ctrl+F", "find in the shown lines; F3 and Shift+F3 go on"],
      ["ArrowDown", "scroll a line; PageDown a page"],
      ["End", "follow new lines again"],
      ["Tab", "from the filters to the lines, and to links in them"],
    ],
    twin: "Every line that the filter shows, in pages.",
  },
  "panel:problems": {
    title: "Problems",
    what: "What the check and the last runs found in the files, with their lines.",
    commands: ["problems.next", "problems.previous"],
    own: [["Enter", "go to the line"]],
  },
  "panel:terminal": {
    title: "Terminal",
    what: "A shell in a sandbox. Ctrl or Alt with a letter belongs to the shell in here; all other keys work as everywhere.",
    commands: ["region.next", "terminal.show", "sandbox.terminal"],
    own: [["Ctrl+C", "end what runs in the shell"]],
    twin: "Everything the terminal shows and has scrolled away.",
  },
  "panel:invoke": {
    title: "Invoke",
    what: "The request that runs a storlet: door, object, parameters, range and headers; below it the answer.",
    commands: ["invoke.run", "invoke.cancel", "run.replay", "run.copyCurl"],
    own: [["Tab", "next field"], ...subTabs],
  },
  "panel:preview": {
    title: "Preview",
    what: "The content of the object that is selected in the table above.",
    commands: ["objects.preview", "objects.useRange"],
    own: subTabs,
    twin: "Bytes as offsets and characters, where bytes are shown.",
  },
  "panel:object": {
    title: "Object details",
    what: "Size, type, metadata, access and versions of the selected object or container.",
    commands: ["objects.details", "objects.rename", "objects.copy"],
    own: [["Tab", "next field or button"]],
  },
  activity: {
    title: "Views",
    what: "Chooses what the side bar shows. Pressing the one that is shown closes the side bar.",
    commands: ["view.storlets", "view.objects", "view.runs", "view.recipes", "view.sandboxes", "view.learn", "layout.toggleSideBar"],
    own: [["Tab", "next view"]],
  },
  status: {
    title: "Status bar",
    what: "The state of the engine and its sandbox, problems, where the cursor is, and log lines per second.",
    commands: ["problems.show"],
    own: [["Tab", "next button"]],
  },
  title: {
    title: "Title bar",
    what: "The workspace, the way to anything by name, the target, and Run.",
    commands: ["palette.goTo", "palette.commands", "invoke.run"],
    own: [["Tab", "next button"]],
  },
};

/** Commands that work wherever the focus is: at the end of every help. */
export const everywhere: readonly CommandId[] = ["region.next", "region.previous", "view.accessible", "help.view", "help.keys"];
