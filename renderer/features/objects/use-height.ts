/** The height of an element as it changes. */
import { useEffect, useState, type RefObject } from "react";

/** CSS pixels; 0 before the first layout. */
export function useHeight(element: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(() => setHeight(current.clientHeight));
    observer.observe(current);
    setHeight(current.clientHeight);
    return () => observer.disconnect();
  }, [element]);
  return height;
}
