/** The storlet APIs as plain data: what completion offers and hover tells. Words of our own; facts as OpenStack Storlets has them. */

export interface ApiMember {
  name: string;
  /** As it is written in the language. */
  signature: string;
  doc: string;
  /** What completion inserts, with Monaco's `$1` places; the name where absent. */
  insert?: string;
}

export interface ApiType {
  name: string;
  doc: string;
  members: readonly ApiMember[];
}

/** What a name stands for inside of a Python storlet. */
export type PythonRole = "input" | "output" | "logger" | "params" | "inputs" | "outputs";

const read: ApiMember = {
  name: "read",
  signature: "read(size=-1) -> bytes",
  doc: "Up to `size` bytes of the object; all of it without a size. `b''` at its end. Read in chunks: objects may be larger than memory.",
  insert: "read(${1:65536})",
};

export const pythonTypes: Record<PythonRole, ApiType> = {
  inputs: {
    name: "in_files",
    doc: "The inputs: first the object of the request, then those of X-Storlet-Extra-Resources.",
    members: [],
  },
  outputs: { name: "out_files", doc: "The outputs. There is one: `out_files[0]`.", members: [] },
  input: {
    name: "StorletInputFile",
    doc: "An input: bytes, read once and forward only, and the user metadata of the object.",
    members: [
      read,
      {
        name: "get_metadata",
        signature: "get_metadata() -> dict",
        doc: "A copy of the object's user metadata; names are in Title-Case and have no `X-Object-Meta-`.",
        insert: "get_metadata()",
      },
      {
        name: "readline",
        signature: "readline(size=-1) -> bytes",
        doc: "One line with its line end; `b''` at the end of the object.",
        insert: "readline()",
      },
      { name: "readlines", signature: "readlines(sizehint=-1) -> list", doc: "The remaining lines, all in memory.", insert: "readlines()" },
      { name: "close", signature: "close()", doc: "Ends reading. What is left of the object is not fetched.", insert: "close()" },
      {
        name: "fileno",
        signature: "fileno() -> int",
        doc: "The file descriptor, for libraries that read by themselves.",
        insert: "fileno()",
      },
      { name: "closed", signature: "closed: bool", doc: "Whether it was closed." },
    ],
  },
  output: {
    name: "StorletOutputFile",
    doc: "The output: metadata once, then bytes. Close it, or the client waits.",
    members: [
      {
        name: "set_metadata",
        signature: "set_metadata(metadata: dict)",
        doc: "Sends the output's user metadata. Exactly once, and before the first `write`: headers travel first. At most 4096 bytes as JSON.",
        insert: "set_metadata(${1:metadata})",
      },
      {
        name: "write",
        signature: "write(data: bytes)",
        doc: "Sends bytes to the client or the store. Text has to be encoded: `'…'.encode('utf-8')`. Before `set_metadata` it raises IOError.",
        insert: "write(${1:data})",
      },
      {
        name: "writelines",
        signature: "writelines(lines)",
        doc: "Writes each element of a sequence of bytes.",
        insert: "writelines(${1:lines})",
      },
      { name: "get_metadata", signature: "get_metadata() -> dict", doc: "What was set. Raises IOError before.", insert: "get_metadata()" },
      { name: "flush", signature: "flush()", doc: "Sends what is held back.", insert: "flush()" },
      { name: "close", signature: "close()", doc: "Ends the output: the client sees its end.", insert: "close()" },
      { name: "fileno", signature: "fileno() -> int", doc: "The file descriptor of the output.", insert: "fileno()" },
    ],
  },
  logger: {
    name: "StorletLogger",
    doc: "The run's log. Each call takes one message, no arguments for `%`.",
    members: (["debug", "info", "warning", "error"] as const).map((name) => ({
      name,
      signature: `${name}(message: str)`,
      doc: `Adds a line of level ${name} to the log of the run. Format the text yourself: \`'kept %d' % kept\`.`,
      insert: `${name}(\${1:'message'})`,
    })),
  },
  params: {
    name: "params",
    doc: "The parameters of the request, all of them text: from `X-Storlet-Parameter-*` headers or the query.",
    members: [
      {
        name: "get",
        signature: "get(name, default=None) -> str",
        doc: "A parameter, or the default where the request has none.",
        insert: "get('${1:name}', '${2:default}')",
      },
      { name: "items", signature: "items()", doc: "Names and values. Holds `storlet_execution_path`, too.", insert: "items()" },
      { name: "keys", signature: "keys()", doc: "The names of the parameters.", insert: "keys()" },
    ],
  },
};

/** Members that look like file objects' but are not there: said where they are hovered. */
export const pythonMissing: Readonly<Record<"input" | "output", readonly string[]>> = {
  input: ["write", "writelines", "set_metadata", "flush", "seek"],
  output: ["read", "readline", "readlines", "seek"],
};

const inputMembers: readonly ApiMember[] = [
  {
    name: "getStream",
    signature: "InputStream getStream()",
    doc: "The bytes of the object, read once and forward only.",
    insert: "getStream()",
  },
  {
    name: "getMetadata",
    signature: "HashMap<String, String> getMetadata()",
    doc: "The object's user metadata, without `X-Object-Meta-`.",
    insert: "getMetadata()",
  },
  { name: "close", signature: "void close()", doc: "Ends reading.", insert: "close()" },
];

export const javaTypes: readonly ApiType[] = [
  {
    name: "IStorlet",
    doc: "What a Java storlet implements. One instance serves every invocation, several at once: keep nothing of an invocation in its fields.",
    members: [
      {
        name: "invoke",
        signature:
          "void invoke(ArrayList<StorletInputStream> inStreams, ArrayList<StorletOutputStream> outStreams, Map<String, String> parameters, StorletLogger logger) throws StorletException",
        doc: "One invocation: read the inputs, set the output's metadata once, then write the output.",
      },
    ],
  },
  { name: "StorletInputStream", doc: "An input: its bytes and its user metadata.", members: inputMembers },
  {
    name: "RangeStorletInputStream",
    doc: "An input of which the storlet sees only the bytes of a range (`X-Storlet-Range`).",
    members: inputMembers,
  },
  {
    name: "StorletOutputStream",
    doc: "What all outputs share. Cast yours: `(StorletObjectOutputStream) outStreams.get(0)`.",
    members: [
      {
        name: "getMetadata",
        signature: "HashMap<String, String> getMetadata()",
        doc: "The metadata it was made with.",
        insert: "getMetadata()",
      },
      { name: "close", signature: "void close()", doc: "Ends the output.", insert: "close()" },
    ],
  },
  {
    name: "StorletObjectOutputStream",
    doc: "The output: metadata once, then bytes.",
    members: [
      {
        name: "setMetadata",
        signature: "void setMetadata(Map<String, String> metadata) throws StorletException",
        doc: "Sends the output's metadata, exactly once and before the bytes. Empties the map that it is given. At most 4096 bytes as JSON.",
        insert: "setMetadata(${1:metadata})",
      },
      {
        name: "getStream",
        signature: "OutputStream getStream()",
        doc: "Where the output's bytes go, after the metadata.",
        insert: "getStream()",
      },
      {
        name: "getMDStream",
        signature: "OutputStream getMDStream()",
        doc: "Where the metadata goes as JSON, for storlets that write it themselves; then call `closeMD`.",
        insert: "getMDStream()",
      },
      { name: "closeMD", signature: "void closeMD()", doc: "Ends the metadata.", insert: "closeMD()" },
      { name: "close", signature: "void close()", doc: "Ends the output.", insert: "close()" },
    ],
  },
  {
    name: "StorletLogger",
    doc: "The run's log. It has no levels.",
    members: [
      {
        name: "emitLog",
        signature: "void emitLog(String text)",
        doc: "Adds one entry to the log of the run.",
        insert: "emitLog(${1:text})",
      },
      { name: "Flush", signature: "void Flush()", doc: "Does nothing here: entries are never held back.", insert: "Flush()" },
      { name: "close", signature: "void close()", doc: "Ends the log.", insert: "close()" },
    ],
  },
  { name: "StorletException", doc: 'Thrown by a storlet whose invocation has failed: `new StorletException("why")`.', members: [] },
  {
    name: "StorletUtils",
    doc: "Helpers for storlets.",
    members: [
      {
        name: "getClassFolder",
        signature: "static String getClassFolder(Class<?> type) throws StorletException",
        doc: "The folder of the storlet's jar: its dependencies lie there, too.",
        insert: "getClassFolder(${1:getClass()})",
      },
    ],
  },
];
