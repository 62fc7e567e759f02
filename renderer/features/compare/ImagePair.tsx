/** Two images beside each other, drawn from the bytes that are kept. */
import { useEffect, useState } from "react";

interface PictureProps {
  letter: "A" | "B";
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
}

export function ImagePair({ a, b }: { a: Omit<PictureProps, "letter">; b: Omit<PictureProps, "letter"> }) {
  return (
    <div className="compare-images" data-difference="" tabIndex={-1}>
      <Picture letter="A" {...a} />
      <Picture letter="B" {...b} />
    </div>
  );
}

function Picture({ letter, bytes, type }: PictureProps) {
  const [url, setUrl] = useState<string | null>(null);
  const [facts, setFacts] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  return (
    <figure className="compare-image">
      {url !== null && (
        <img
          src={url}
          alt={`Body of run ${letter}`}
          onError={() => setFacts("The browser cannot draw this image.")}
          onLoad={({ currentTarget }) => setFacts(`${currentTarget.naturalWidth} × ${currentTarget.naturalHeight} pixels`)}
        />
      )}
      <figcaption>
        <span className="compare-letter" aria-hidden="true">
          {letter}
        </span>{" "}
        {facts}
      </figcaption>
    </figure>
  );
}
