/** Draws the rows of a log store that are in sight, and follows its end until the reader scrolls up. Owns no lines. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode, type Ref } from "react";
import { useStorlets } from "../../api/queries.ts";
import { classNames } from "../../ui/class-names.ts";
import { formatCounted } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { createAnnouncer } from "./announcer.ts";
import type { LogStore } from "./log-store.ts";
import { LogRow } from "./LogRow.tsx";
import { followsAfterScroll, rowHeight, slotCount, windowOf } from "./scroll.ts";
import { createSourceResolver } from "./source-links.ts";
import type { LogFind } from "./log-find.ts";
import { noPattern } from "./text-pattern.ts";
import { patternMarks, useLogVersion } from "./use-logs.ts";
import "./logs.css";

export interface LogListHandle {
  /** Brings a row into the middle and stops following the end. */
  showRow(row: number): void;
  /** Id of the first entry in sight; null where none is. */
  topEntry(): number | null;
  focus(): void;
}

export interface LogListProps {
  store: LogStore;
  label: string;
  wrap: boolean;
  /** Time, level and text only: for narrow places that show one run. */
  compact?: boolean;
  /** What to mark, and which entry the reader is at. */
  find?: LogFind | null;
  /** Shown where no row is. */
  empty: ReactNode;
  handle?: Ref<LogListHandle>;
}

const noFind = () => () => {};

const announcePauseMs = 3000;

/** What fits: the height in pixels, and the text column in characters. */
interface Room {
  height: number;
  columns: number;
}

function useRoom(scroller: { current: HTMLDivElement | null }, ruler: { current: HTMLSpanElement | null }): Room {
  const [room, setRoom] = useState<Room>({ height: 0, columns: 80 });
  useLayoutEffect(() => {
    const element = scroller.current;
    const letters = ruler.current;
    if (element === null || letters === null) return;
    const measure = () => {
      const letterWidth = letters.getBoundingClientRect().width / 100;
      const textWidth = (letters.parentElement?.getBoundingClientRect().width ?? 0) - 1;
      const columns = letterWidth > 0 ? Math.max(10, Math.floor(textWidth / letterWidth)) : 80;
      setRoom((known) =>
        known.height === element.clientHeight && known.columns === columns ? known : { height: element.clientHeight, columns },
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(letters);
    return () => observer.disconnect();
  }, [scroller, ruler]);
  return room;
}

/** Keeps the list at its end, or the reader at the line they are looking at, whatever comes and goes around it. */
function useFollow(store: LogStore, scroller: { current: HTMLDivElement | null }, height: number) {
  const [top, setTop] = useState(0);
  const [following, setFollowing] = useState(true);
  const [leftAt, setLeftAt] = useState(0);
  const last = useRef({ top: 0, origin: store.origin, store });
  const version = store.version;

  const moveTo = useCallback(
    (wanted: number) => {
      const element = scroller.current;
      if (element === null) return;
      element.scrollTop = wanted;
      last.current.top = element.scrollTop;
      setTop(element.scrollTop);
    },
    [scroller],
  );

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const known = last.current;
    const shift = known.store === store ? (store.origin - known.origin) * rowHeight : 0;
    last.current = { top: known.top, origin: store.origin, store };
    if (following) moveTo(element.scrollHeight);
    else if (shift !== 0) moveTo(element.scrollTop + shift);
  }, [store, version, following, height, moveTo, scroller]);

  const onScroll = () => {
    const element = scroller.current;
    if (element === null) return;
    const place = { top: element.scrollTop, height: element.clientHeight, contentHeight: element.scrollHeight };
    const follows = followsAfterScroll(following, last.current.top, place);
    last.current.top = place.top;
    setTop(place.top);
    if (following && !follows) setLeftAt(store.arrived);
    setFollowing(follows);
  };
  const letGo = () => {
    setLeftAt(store.arrived);
    setFollowing(false);
  };
  return { top, following, newLines: store.arrived - leftAt, onScroll, letGo, moveTo, follow: () => setFollowing(true) };
}

/** Says now and then how many lines came, for those who do not see them. */
function useAnnouncements(store: LogStore, version: number): string {
  const [sentence, setSentence] = useState("");
  const announcer = useRef<ReturnType<typeof createAnnouncer> | null>(null);
  const seen = useRef({ store, counts: { ...store.counts }, arrived: store.arrived });
  useEffect(() => {
    announcer.current = createAnnouncer(setSentence, (callback) => {
      const timer = setTimeout(callback, announcePauseMs);
      return () => clearTimeout(timer);
    });
    return () => announcer.current?.dispose();
  }, []);
  useEffect(() => {
    const known = seen.current;
    const fresh = store.arrived - known.arrived;
    const errors =
      known.store === store ? Math.max(0, store.counts.error + store.counts.fatal - known.counts.error - known.counts.fatal) : 0;
    seen.current = { store, counts: { ...store.counts }, arrived: store.arrived };
    if (known.store !== store || fresh <= 0) return;
    announcer.current?.add(fresh, Math.min(errors, fresh));
  }, [store, version]);
  return sentence;
}

export function LogList({ store, label, wrap, compact = false, find = null, empty, handle }: LogListProps) {
  const version = useLogVersion(store);
  const marksVersion = useSyncExternalStore(patternMarks.subscribe, () => patternMarks.version);
  useSyncExternalStore(find?.subscribe ?? noFind, () => find?.version ?? 0);
  const scroller = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLSpanElement>(null);
  const room = useRoom(scroller, ruler);
  const { top, following, newLines, onScroll, letGo, moveTo, follow } = useFollow(store, scroller, room.height);
  const sentence = useAnnouncements(store, version);
  const { data: storlets } = useStorlets();
  const resolve = useMemo(() => createSourceResolver(storlets ?? []), [storlets]);

  useEffect(() => store.setColumns(wrap ? room.columns : null), [store, wrap, room.columns]);
  useEffect(() => {
    const value: LogListHandle = {
      showRow: (row) => {
        letGo();
        moveTo(Math.max(0, row * rowHeight - room.height / 2));
      },
      topEntry: () => store.lineAt(Math.ceil((scroller.current?.scrollTop ?? 0) / rowHeight))?.id ?? null,
      focus: () => scroller.current?.focus(),
    };
    if (typeof handle === "function") handle(value);
    else if (handle) handle.current = value;
  });

  const { first, end } = windowOf(top, room.height, store.rowCount);
  // Rows are elements that are used again: at full speed every one of them shows another line in every frame.
  const slots = slotCount(room.height);
  const rows: ReactNode[] = [];
  for (let row = first; row < end; row++) {
    const at = store.lineAt(row);
    if (at === null) continue;
    rows.push(
      <LogRow
        key={row % slots}
        line={at.line}
        rowInEntry={at.rowInEntry}
        columns={store.columns}
        top={row * rowHeight}
        filter={store.query.pattern}
        find={find?.pattern ?? noPattern}
        marks={patternMarks}
        marksVersion={marksVersion}
        current={find !== null && find.current === at.id}
        resolve={resolve}
        compact={compact}
      />,
    );
  }
  return (
    <div className={classNames("log", compact && "log-compact", wrap && "log-wrap")}>
      {/* Reading every line aloud would drown everything else: the sentence below sums up instead. */}
      <div ref={scroller} className="log-scroller" role="log" aria-live="off" aria-label={label} tabIndex={0} onScroll={onScroll}>
        <div className="log-row log-ruler" aria-hidden="true">
          <span className="log-text">
            <span ref={ruler}>{"0".repeat(100)}</span>
          </span>
        </div>
        <div className="log-rows" style={{ height: store.rowCount * rowHeight }}>
          {rows}
        </div>
      </div>
      {store.rowCount === 0 && !store.searching && <div className="log-empty">{empty}</div>}
      {!following && newLines > 0 && (
        <button type="button" className="log-follow" onClick={follow}>
          <Icon name="arrow-down" size={14} />
          {formatCounted(newLines, "new line")}
        </button>
      )}
      <p className="hidden-visually" role="status">
        {sentence}
      </p>
    </div>
  );
}
