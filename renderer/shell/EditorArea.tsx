/** The middle of the window: editor groups beside and below each other, and the lines between them. Owns where they lie. */
import { Fragment, useLayoutEffect, useRef, useState } from "react";
import { runCommand } from "../commands/registry.ts";
import { IconButton } from "../ui/Button.tsx";
import { Splitter } from "../ui/Splitter.tsx";
import { EditorGroupView } from "./EditorGroupView.tsx";
import { evenSizes, groupOrder, resizeSplit } from "./groups.ts";
import { drawnTree, layOut, type SplitLine } from "./split-layout.ts";
import { changeEditors, useEditors } from "./stores.ts";

interface Area {
  width: number;
  height: number;
}

/** The size of an element in CSS pixels, followed; null before the first paint. */
function useArea(squeezed: boolean): [React.RefObject<HTMLElement | null>, Area | null] {
  const root = useRef<HTMLElement>(null);
  const [area, setArea] = useState<Area | null>(null);
  useLayoutEffect(() => {
    const element = root.current;
    if (element === null || squeezed) return;
    const measure = () => setArea({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [squeezed]);
  return [root, area];
}

const percent = (part: number) => `${part * 100}%`;

/** `squeezed`: the panel takes the whole room; the editors stay alive behind it. */
export function EditorArea({ squeezed }: { squeezed: boolean }) {
  const editors = useEditors();
  const [root, area] = useArea(squeezed);
  const order = groupOrder(editors.root);
  const drawn = drawnTree(editors.root, editors.activeGroup, area);
  const { groups, lines } = layOut(drawn, area ?? { width: 0, height: 0 });
  const isAlone = drawn !== editors.root;
  const boxes = new Map(groups.map(({ id, box }) => [id, box]));
  const linesAfter = (id: number) => (id === groups.at(-1)?.id ? lines : []);
  return (
    <main ref={root} className="editor-area" data-region="editor" data-tour="editor" hidden={squeezed} aria-label="Editor">
      {order.map((id, index) => {
        const group = editors.groups.find((candidate) => candidate.id === id);
        const box = boxes.get(id);
        if (group === undefined) return null;
        return (
          <Fragment key={id}>
            <div
              className="editor-place"
              hidden={box === undefined}
              style={
                box === undefined
                  ? undefined
                  : { left: percent(box.left), top: percent(box.top), width: percent(box.width), height: percent(box.height) }
              }
            >
              <EditorGroupView
                group={group}
                number={index + 1}
                count={order.length}
                active={id === editors.activeGroup}
                hidden={box === undefined}
                end={isAlone && id === editors.activeGroup && <OtherGroups number={index + 1} count={order.length} />}
              />
            </div>
            {linesAfter(id).map((line) => (
              <GroupLine key={`${line.path.join(".")}:${line.index}`} line={line} />
            ))}
          </Fragment>
        );
      })}
    </main>
  );
}

/** Where there is no room for all groups: which one this is, and the way to the others. */
function OtherGroups({ number, count }: { number: number; count: number }) {
  return (
    <span className="editor-others">
      <span>
        Group {number} of {count}
      </span>
      <IconButton icon="arrow-right" label="Go to the next editor group" onPress={() => void runCommand("group.next")} />
    </span>
  );
}

function GroupLine({ line }: { line: SplitLine }) {
  const isRow = line.direction === "row";
  const { left, top, width, height } = line.box;
  return (
    <div
      className="editor-line"
      style={
        isRow
          ? { left: percent(left), top: percent(top), height: percent(height) }
          : { left: percent(left), top: percent(top), width: percent(width) }
      }
    >
      <Splitter
        label={isRow ? "Width of the editor group before" : "Height of the editor group above"}
        orientation={isRow ? "vertical" : "horizontal"}
        region="before"
        size={line.size}
        min={line.min}
        max={line.max}
        onResize={(size) =>
          changeEditors((editors) => ({
            ...editors,
            root: resizeSplit(editors.root, line.path, line.index, size / Math.max(1, line.room)),
          }))
        }
        onReset={() => changeEditors((editors) => ({ ...editors, root: evenSizes(editors.root) }))}
      />
    </div>
  );
}
